package dev.errand.server;

import java.net.http.HttpHeaders;
import java.util.Iterator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a server has answered. */
public record Reply(int status, HttpHeaders headers, String body) {
    private static final JsonMapper MAPPER = new JsonMapper();

    public JsonNode json() {
        return MAPPER.readTree(body);
    }

    /** A member, keys with dots between them, places in arrays from 0: {@code data.0.id}; as text, whatever it is. Empty if there is none. */
    public String at(String path) {
        JsonNode node = json();
        for (Iterator<String> keys = java.util.List.of(path.split("\\.")).iterator(); keys.hasNext(); ) {
            String key = keys.next();
            node = node.isArray() ? node.path(Integer.parseInt(key)) : node.path(key);
        }
        return node.isMissingNode() ? "" : node.isValueNode() ? node.asString() : node.toString();
    }

    /** What was wrong. */
    public String error() {
        return at("error");
    }

    /** Empty if there is none. */
    public String header(String name) {
        return headers.firstValue(name).orElse("");
    }
}

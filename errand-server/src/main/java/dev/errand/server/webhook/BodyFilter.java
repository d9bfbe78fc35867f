package dev.errand.server.webhook;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** Which bodies become runs. What is said of those that do not quotes nothing of them. */
final class BodyFilter {
    private static final String ANY = "*";

    private BodyFilter() {}

    /** Why the filter holds a body back; empty if it does not. */
    static Optional<String> misfit(Map<String, List<String>> filter, JsonNode body) {
        for (Map.Entry<String, List<String>> each : new TreeMap<>(filter).entrySet()) {
            JsonNode value = at(body, each.getKey());
            if (!value.isValueNode() || value.isNull()) {
                return Optional.of(each.getKey() + " is missing");
            }
            String text = value.asString();
            if (each.getValue().stream().noneMatch(wanted -> fits(wanted, text))) {
                return Optional.of("%s is none of %s".formatted(each.getKey(), String.join(", ", each.getValue())));
            }
        }
        return Optional.empty();
    }

    private static JsonNode at(JsonNode body, String path) {
        JsonNode node = body;
        for (String member : path.split("\\.", -1)) {
            node = node.path(member);
        }
        return node;
    }

    private static boolean fits(String wanted, String text) {
        return wanted.endsWith(ANY)
                ? text.startsWith(wanted.substring(0, wanted.length() - ANY.length()))
                : text.equals(wanted);
    }
}

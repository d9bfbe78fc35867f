package dev.errand.server.wire;

import dev.errand.Blobs;
import dev.errand.Json;
import dev.errand.server.call.Fields;
import dev.errand.server.call.JsonText;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A payload as clients pack it: JSON as it is, text, or JSON within text, which may be in an envelope; sent along, or stored before. */
public final class Packet {
    static final String PAYLOAD = "payload";
    private static final String JSON = "application/json";
    private static final String STORE = "application/store";

    private Packet() {}

    /**
     * What the task is to be given, of what was sent along.
     *
     * @param type how it is packed; null for JSON
     */
    public static Json payload(Fields body, @Nullable String type) {
        return unpacked(body, body.value(PAYLOAD), type == null ? JSON : type);
    }

    /**
     * What the task is to be given, which may have been stored before: what was sent is its name then.
     *
     * @param type how it is packed; null for JSON
     * @param blobs where packets are
     * @throws dev.errand.server.call.Problem 422 if it is not there
     */
    public static Json payload(Fields body, @Nullable String type, Blobs blobs) {
        if (!STORE.equals(type)) {
            return payload(body, type);
        }
        StoredPacket stored = StoredPacket.read(body, blobs);
        return unpacked(body, stored.value(), stored.type());
    }

    private static Json unpacked(Fields body, @Nullable JsonNode value, String type) {
        if (value == null) {
            return Json.NULL;
        }
        return switch (type) {
            case JSON -> json(value);
            case "text/plain" -> text(body, value);
            case "application/super+json" -> enveloped(body, value);
            default ->
                throw body.refused(
                        "options.payloadType",
                        "application/json, application/super+json, text/plain or application/store is needed");
        };
    }

    /** Text is JSON if it can be read so, else it is text. */
    private static Json json(JsonNode value) {
        JsonNode within = value.isString() ? JsonText.parsed(value.stringValue()) : null;
        return new Json((within == null ? value : within).toString());
    }

    /** What looks like JSON stays text. */
    private static Json text(Fields body, JsonNode value) {
        if (!value.isString()) {
            throw body.refused(PAYLOAD, "text is needed for text/plain");
        }
        return new Json(value.toString());
    }

    /** What the envelope says of types concerns JavaScript only: dates are ISO dates already. */
    private static Json enveloped(Fields body, JsonNode value) {
        JsonNode envelope = value.isString() ? JsonText.parsed(value.stringValue()) : value;
        if (envelope == null || !envelope.isObject()) {
            throw body.refused(PAYLOAD, "an object with the member json is needed for application/super+json");
        }
        JsonNode json = envelope.get("json");
        return json == null ? Json.NULL : new Json(json.toString());
    }
}

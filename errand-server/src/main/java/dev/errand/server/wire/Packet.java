package dev.errand.server.wire;

import dev.errand.Json;
import dev.errand.server.call.Fields;
import dev.errand.server.call.JsonText;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A payload as clients pack it: JSON as it is, text, or JSON within text, which may be in an envelope. */
public final class Packet {
    private static final String PAYLOAD = "payload";

    private Packet() {}

    /**
     * What the task is to be given.
     *
     * @param type how it is packed; null for JSON
     */
    public static Json payload(Fields body, @Nullable String type) {
        JsonNode value = body.value(PAYLOAD);
        if (value == null) {
            return Json.NULL;
        }
        return switch (type == null ? "application/json" : type) {
            case "application/json" -> json(value);
            case "text/plain" -> text(body, value);
            case "application/super+json" -> enveloped(body, value);
            default ->
                throw body.refused(
                        "options.payloadType", "application/json, application/super+json or text/plain is needed");
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

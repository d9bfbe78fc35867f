package dev.errand.server.v1;

import dev.errand.Json;
import dev.errand.json.ApiJson;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Fields;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Fields of bodies that are values of the API. */
final class Bodies {
    private Bodies() {}

    /** Any JSON; null if there is none. */
    static @Nullable Json json(Fields body, String name) {
        JsonNode value = body.value(name);
        return value == null ? null : new Json(value.toString());
    }

    /** A record; the other one if there is none. */
    static <T> T read(Fields body, String name, Class<T> type, T otherwise) {
        Json value = json(body, name);
        return value == null ? otherwise : read(value, body.place(name), type);
    }

    /** A record that has to be there. */
    static <T> T read(Fields body, String name, Class<T> type) {
        Json value = json(body, name);
        if (value == null) {
            throw body.refused(name, "an object is needed, and missing");
        }
        return read(value, body.place(name), type);
    }

    private static <T> T read(Json value, String place, Class<T> type) {
        return Asking.orMalformed(place, () -> ApiJson.read(value.text().getBytes(StandardCharsets.UTF_8), type));
    }

    /** A point in time that has to be there. */
    static Instant time(Fields body, String name) {
        String text = body.someText(name);
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw body.refused(name, "a point in time is needed, such as 2026-12-24T18:30:00Z");
        }
    }
}

package dev.errand.client;

import dev.errand.json.ApiJson;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import tools.jackson.core.JacksonException;

/**
 * A question to a server. Immutable; each method returns a changed copy.
 *
 * @param path from its root on, with what follows the question mark
 * @param type what the body is
 * @param repeatable whether it may be asked again after it may have been answered: what it changes, it changes once, or it makes no
 *     difference
 * @param within how long the server takes at most before it answers, because it waits for something
 */
record Ask(String method, String path, BodyPublisher body, String type, boolean repeatable, Duration within) {
    private static final String JSON = "application/json";

    static Ask get(String path) {
        return new Ask("GET", path, BodyPublishers.noBody(), JSON, true, Duration.ZERO);
    }

    /** Asked once, unless it is {@link #repeated}. */
    static Ask delete(String path) {
        return new Ask("DELETE", path, BodyPublishers.noBody(), JSON, false, Duration.ZERO);
    }

    /** Without a body. Asked once, unless it is {@link #repeated}. */
    static Ask post(String path) {
        return new Ask("POST", path, BodyPublishers.noBody(), JSON, false, Duration.ZERO);
    }

    /**
     * Asked once, unless it is {@link #repeated}.
     *
     * @param body a value of the API, or a map of such
     * @throws IllegalArgumentException if it cannot be written as JSON
     */
    static Ask post(String path, Object body) {
        return new Ask("POST", path, json(body), JSON, false, Duration.ZERO);
    }

    /** As {@link #post(String, Object)}. */
    static Ask put(String path, Object body) {
        return new Ask("PUT", path, json(body), JSON, false, Duration.ZERO);
    }

    private static BodyPublisher json(Object body) {
        try {
            return BodyPublishers.ofByteArray(ApiJson.bytes(body));
        } catch (JacksonException e) {
            throw new IllegalArgumentException("it cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** A body with one member. */
    static Map<String, Object> only(String name, Object value) {
        return Map.of(name, value);
    }

    /** Bytes as they are, which can be read once. */
    static Ask bytes(String path, BodyPublisher body, String type) {
        return new Ask("PUT", path, body, type, false, Duration.ZERO);
    }

    /** It makes no difference whether it is done once or twice. */
    Ask repeated() {
        return new Ask(method, path, body, type, true, within);
    }

    /** The server waits for something. */
    Ask waiting(Duration within) {
        return new Ask(method, path, body, type, repeatable, within);
    }
}

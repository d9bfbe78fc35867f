package dev.errand.server.call;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request says before its body.
 *
 * @param path as it came, still encoded
 * @param headers by their names in lower case; of those said twice the first
 * @param remote the address it came from
 */
public record Head(String method, String path, Query query, Map<String, String> headers, String remote) {
    /** Null if it was not sent. */
    public @Nullable String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }
}

package dev.errand.engine.json;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What may be raised as an event, and how it is stored.
 *
 * @param data JSON; null for none
 */
public record Raised(String name, @Nullable String data) {
    private static final int LONGEST_NAME = 128;
    private static final int MOST_DATA = 256 * 1_024;

    /** @throws IllegalArgumentException if name or data cannot be raised */
    public static Raised of(Codec codec, String name, @Nullable Object data) {
        if (name.isBlank()
                || name.length() > LONGEST_NAME
                || name.toLowerCase(Locale.ROOT).startsWith("run.")) {
            throw new IllegalArgumentException("'" + name
                    + "' cannot be raised: an event's name has 1 to 128 characters and does not begin with 'run.'");
        }
        return new Raised(name, data == null ? null : json(codec, data));
    }

    private static String json(Codec codec, Object data) {
        byte[] json;
        try {
            json = codec.write(data);
        } catch (UnfitException e) {
            throw new IllegalArgumentException("Data of an event cannot be written as JSON: " + e.reason(), e);
        }
        if (json.length > MOST_DATA) {
            throw new IllegalArgumentException(
                    "Data of an event is %,d bytes; at most %,d are kept. Write large data elsewhere and raise where it is"
                            .formatted(json.length, MOST_DATA));
        }
        return new String(json, StandardCharsets.UTF_8);
    }
}

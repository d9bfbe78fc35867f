package dev.errand.engine;

import dev.errand.engine.json.Codec;
import dev.errand.engine.json.UnfitException;
import org.jspecify.annotations.Nullable;

/**
 * What may be sent as a signal, and how it is stored.
 *
 * @param largest how many bytes a value may have
 */
record SignalValues(Codec codec, int largest) {
    private static final int LONGEST_NAME = 256;

    /** @throws IllegalArgumentException if name or value are none */
    byte[] written(String name, @Nullable Object value) {
        if (name.isBlank() || name.length() > LONGEST_NAME || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a signal's name has 1 to %d characters and no NUL, this one %d"
                    .formatted(LONGEST_NAME, name.length()));
        }
        byte[] json;
        try {
            json = codec.write(value);
        } catch (UnfitException e) {
            throw new IllegalArgumentException("The value of a signal cannot be written as JSON: " + e.reason(), e);
        }
        if (json.length > largest) {
            throw new IllegalArgumentException(
                    "The value of a signal has %,d bytes; at most %,d are kept. Store large data elsewhere and pass where it is"
                            .formatted(json.length, largest));
        }
        return json;
    }
}

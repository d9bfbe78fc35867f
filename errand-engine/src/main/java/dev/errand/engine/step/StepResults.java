package dev.errand.engine.step;

import dev.errand.RunId;
import dev.errand.StepTypeException;
import dev.errand.engine.json.Codec;
import dev.errand.engine.json.UnfitException;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** What steps and branches return, written and read again. */
final class StepResults {
    private final RunId run;
    private final Codec codec;
    private final int largest;

    /** @param largest how many bytes a result may have */
    StepResults(RunId run, Codec codec, int largest) {
        this.run = run;
        this.codec = codec;
        this.largest = largest;
    }

    byte[] written(String name, @Nullable Object value, Type type) {
        byte[] json;
        try {
            json = codec.write(value, type);
        } catch (UnfitException e) {
            throw new IllegalArgumentException(
                    "The result of step '%s' cannot be written as JSON: %s".formatted(name, e.reason()), e);
        }
        if (json.length > largest) {
            throw new IllegalArgumentException(
                    "The result of step '%s' has %,d bytes; at most %,d are kept. Write large data elsewhere and return where it is"
                            .formatted(name, json.length, largest));
        }
        return json;
    }

    /** So that every attempt has the same. */
    @Nullable
    Object readAgain(String name, byte[] result, Type type) {
        try {
            return codec.read(result, type);
        } catch (UnfitException e) {
            throw new IllegalArgumentException(
                    "The result of step '%s' was written as %s, but no %s can be read from that%s: %s"
                            .formatted(
                                    name,
                                    Shape.of(codec, result),
                                    type.getTypeName(),
                                    e.path().isEmpty() ? "" : " at " + e.path(),
                                    e.reason()),
                    e);
        }
    }

    /** What an earlier attempt has written. */
    @Nullable
    Object kept(String name, byte[] result, Type type) {
        try {
            return codec.read(result, type);
        } catch (UnfitException e) {
            String shape = Shape.of(codec, result);
            throw new StepTypeException(run, name, shape, type.getTypeName(), e.path(), e.reason());
        }
    }
}

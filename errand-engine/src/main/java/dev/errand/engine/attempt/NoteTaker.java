package dev.errand.engine.attempt;

import dev.errand.Progress;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** Takes what a body says of itself, to be kept with its run. Thread-safe. */
interface NoteTaker {
    /** @throws IllegalArgumentException if all that was emitted becomes more than is kept */
    void emit(byte[] item);

    void line(Level level, String message);

    void progress(Progress progress);

    /** All of it, as JSON. */
    void metadata(String json);

    /**
     * @param json in UTF-8
     * @throws IllegalArgumentException if all that is published becomes more than is kept
     */
    void publish(String name, byte[] json);

    /** @param data JSON; null for none */
    void raise(String event, @Nullable String data);

    /** How much the attempt has emitted until now, before it waited too. */
    long emittedBytes();

    /** What is wrong with emitting so much more; null if nothing is. */
    static @Nullable String tooMuch(long before, int more, int most) {
        return before + more <= most
                ? null
                : "Emitting this item makes the output %,d bytes; at most %,d are kept. Write large data elsewhere and emit where it is"
                        .formatted(before + more, most);
    }
}

package dev.errand.store;

import dev.errand.Failure;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A step of a run, as its journal keeps it. Began: no end. Done: an end and no failure. Failed for good: an end and a failure. Failed,
 * and to be called again: a failure and no end.
 *
 * @param position unique within the run, from 1
 * @param key what the engine finds it by, unique within the run: its name, and what tells it from others of that name
 * @param name as the body calls it
 * @param attempt in which it began
 * @param endedAt null if it is not known to have ended
 * @param result JSON in UTF-8; null unless it is done
 * @param failure why it failed; null otherwise
 */
public record StepEntry(
        int position,
        String key,
        String name,
        int attempt,
        Instant startedAt,
        @Nullable Instant endedAt,
        byte @Nullable [] result,
        @Nullable Failure failure) {
    /** Checks what every store relies on. In full: of a compact one callers in other modules do not see that the result may be null. */
    public StepEntry(
            int position,
            String key,
            String name,
            int attempt,
            Instant startedAt,
            @Nullable Instant endedAt,
            byte @Nullable [] result,
            @Nullable Failure failure) {
        if (position < 1) {
            throw new IllegalArgumentException("a step's position is 1 or more, not " + position);
        }
        if (key.indexOf('\0') >= 0 || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a step's name and key hold no NUL");
        }
        this.position = position;
        this.key = key;
        this.name = name;
        this.attempt = attempt;
        this.startedAt = startedAt;
        this.endedAt = endedAt;
        this.result = result;
        this.failure = failure;
    }

    /** The same step with another end; see {@link #endedAt}, {@link #result} and {@link #failure}. */
    public StepEntry with(@Nullable Instant end, byte @Nullable [] newResult, @Nullable Failure newFailure) {
        return new StepEntry(position, key, name, attempt, startedAt, end, newResult, newFailure);
    }
}

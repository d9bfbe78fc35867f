package dev.errand;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes repeated triggers one run: while a key is held, a trigger of the same task with the same key stores nothing and answers with
 * the run that was stored first, see {@link Run#isHit()}. Immutable; each method returns a changed copy.
 *
 * <p>A key is held from the trigger on, by its run, until its life ends, it is reset ({@link Errand#resetKey}), its run is deleted, or
 * its run ends in another way than COMPLETED or CANCELED: what failed may be triggered again.
 *
 * @param text 1 to 2,048 characters, told apart by each of them; keys of different tasks are different keys
 * @param scope within what it is one key; null for {@link Scope#RUN} inside a body, else {@link Scope#GLOBAL}
 * @param life how long it is held, counted from the trigger; more than zero
 * @param onePayload whether a trigger with another payload under a key that is held is refused with {@link KeyConflictException}. Payloads
 *     are the same if they are the same JSON, in whatever order its members stand
 * @param shownAs what people are shown for it, 1 to 2,048 characters: what the text was made from, where it is a hash; null for the text
 */
public record IdempotencyKey(
        String text,
        @Nullable Scope scope,
        Duration life,
        boolean onePayload,
        @Nullable String shownAs) {
    /** Within what a key is one key. Outside a body all of them mean the same. */
    public enum Scope {
        /** The run whose body triggers: all its attempts together trigger once. */
        RUN,
        /** The attempt whose body triggers: each attempt triggers once. */
        ATTEMPT,
        /** The store. */
        GLOBAL
    }

    /** The longest key, in characters. */
    public static final int LONGEST = 2_048;

    private static final Duration DEFAULT_LIFE = Duration.ofDays(30);

    public IdempotencyKey {
        Objects.requireNonNull(text, "text");
        requireKey(text, LONGEST, "an idempotency key");
        Durations.requireSensible(life, "the life of an idempotency key");
        if (life.isZero()) {
            throw new IllegalArgumentException("the life of an idempotency key is zero; it must be longer");
        }
        if (shownAs != null) {
            requireKey(shownAs, LONGEST, "what an idempotency key is shown as");
        }
    }

    static void requireKey(String text, int longest, String what) {
        if (text.isEmpty() || text.length() > longest) {
            throw new IllegalArgumentException(
                    "%s has 1 to %,d characters, this one %,d".formatted(what, longest, text.length()));
        }
    }

    /** A key that is held for 30 days. */
    public static IdempotencyKey of(String text) {
        return new IdempotencyKey(text, null, DEFAULT_LIFE, false, null);
    }

    public IdempotencyKey scope(Scope scope) {
        return new IdempotencyKey(text, scope, life, onePayload, shownAs);
    }

    public IdempotencyKey life(Duration life) {
        return new IdempotencyKey(text, scope, life, onePayload, shownAs);
    }

    public IdempotencyKey strict() {
        return new IdempotencyKey(text, scope, life, true, shownAs);
    }

    /** What people are shown instead of the text, see {@link RunInfo#keyText()}. It makes no difference to what is the same key. */
    public IdempotencyKey shownAs(String shownAs) {
        return new IdempotencyKey(text, scope, life, onePayload, Objects.requireNonNull(shownAs));
    }
}

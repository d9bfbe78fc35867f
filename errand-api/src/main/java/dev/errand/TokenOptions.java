package dev.errand;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What may be said of a new token. Immutable; each method returns a changed copy.
 *
 * @param name for those who look at it, 1 to 256 characters
 * @param timeout after which it is TIMED_OUT; more than zero, at most 36,500 days
 * @param timeoutAt when it is TIMED_OUT, whatever the timeout says; null if that says it
 * @param tags up to 10 of 1 to 128 characters
 * @param idempotencyKey while it is held, a token that is created under it is the one that was; null for none. Its scope is the store,
 *     inside bodies too; what else may be said of keys is for runs
 */
public record TokenOptions(
        String name,
        Duration timeout,
        @Nullable Instant timeoutAt,
        List<String> tags,
        @Nullable IdempotencyKey idempotencyKey) {
    private static final Duration LONGEST = Duration.ofDays(36_500);
    private static final TokenOptions NONE = new TokenOptions("token", Duration.ofMinutes(10), null, List.of(), null);

    public TokenOptions {
        tags = List.copyOf(tags);
        requireName(name);
        if (!isSensible(timeout)) {
            throw new IllegalArgumentException("a token times out after more than zero and at most %,d days, not %s"
                    .formatted(LONGEST.toDays(), Durations.print(timeout)));
        }
        if (tags.size() > 10
                || tags.stream().anyMatch(tag -> tag.isEmpty() || tag.length() > 128 || tag.indexOf('\0') >= 0)) {
            throw new IllegalArgumentException("a token has at most 10 tags of 1 to 128 characters each, and no NUL");
        }
        if (idempotencyKey != null) {
            requireForAll(idempotencyKey);
        }
    }

    private static boolean isSensible(Duration timeout) {
        return !timeout.isNegative() && !timeout.isZero() && timeout.compareTo(LONGEST) <= 0;
    }

    static void requireName(String name) {
        if (name.isBlank() || name.length() > 256 || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "a token's name has 1 to 256 characters and no NUL, this one %d".formatted(name.length()));
        }
    }

    private static void requireForAll(IdempotencyKey key) {
        if (key.scope() != null && key.scope() != IdempotencyKey.Scope.GLOBAL) {
            throw new IllegalArgumentException(
                    "the key of a token is one in the whole store, not in a run or an attempt; make the run's id a part of it");
        }
        if (key.onePayload()) {
            throw new IllegalArgumentException("the key of a token cannot be strict: there is no payload to compare");
        }
    }

    /** A token named {@code token} that times out after ten minutes. */
    public static TokenOptions none() {
        return NONE;
    }

    public TokenOptions name(String name) {
        return new TokenOptions(name, timeout, timeoutAt, tags, idempotencyKey);
    }

    public TokenOptions timeout(Duration timeout) {
        return new TokenOptions(name, timeout, null, tags, idempotencyKey);
    }

    /** Instead of a time after which. It is to lie ahead when the token is created, by at most 36,500 days: else that is refused. */
    public TokenOptions timeoutAt(Instant timeoutAt) {
        return new TokenOptions(name, timeout, Objects.requireNonNull(timeoutAt), tags, idempotencyKey);
    }

    public TokenOptions tags(String... tags) {
        return new TokenOptions(name, timeout, timeoutAt, List.of(tags), idempotencyKey);
    }

    /** One token for this key, which is held for 30 days. */
    public TokenOptions idempotencyKey(String key) {
        return idempotencyKey(IdempotencyKey.of(key));
    }

    /** One token for this key as long as it is held. It is neither strict nor of a run or an attempt. */
    public TokenOptions idempotencyKey(IdempotencyKey key) {
        return new TokenOptions(name, timeout, timeoutAt, tags, Objects.requireNonNull(key));
    }

    /**
     * When a token with these options times out.
     *
     * @throws IllegalArgumentException if that does not lie ahead, or too far
     */
    public Instant timesOut(Instant created) {
        Instant at = timeoutAt == null ? created.plus(timeout) : timeoutAt;
        if (!isSensible(Duration.between(created, at))) {
            throw new IllegalArgumentException(
                    "a token times out later than it is created, and within %,d days, not at %s"
                            .formatted(LONGEST.toDays(), at));
        }
        return at;
    }
}

package dev.errand;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which tokens to list, newest first. Filters of one kind are joined by or, different kinds by and; an empty filter lets all pass.
 * Immutable; each method returns a changed copy.
 *
 * @param tags exactly; one of them suffices
 * @param run only those that this run's body created; null for all
 * @param idempotencyKey only those that were created under this key, of which one at most holds it; null for all
 * @param createdFrom not created before
 * @param createdUntil created before
 * @param limit tokens on a page, from 1 to 1000
 * @param cursor where the page before ended, or where the one after it began; null for the first page, or the last
 * @param newer whether what stands before the cursor is asked for, see {@link #before}
 */
public record TokenQuery(
        Set<TokenState> states,
        List<String> tags,
        @Nullable RunId run,
        @Nullable String idempotencyKey,
        @Nullable Instant createdFrom,
        @Nullable Instant createdUntil,
        int limit,
        @Nullable String cursor,
        boolean newer) {
    private static final TokenQuery ALL = new TokenQuery(Set.of(), List.of(), null, null, null, null, 100, null, false);

    public TokenQuery {
        states = Set.copyOf(states);
        tags = List.copyOf(tags);
        if (limit < 1 || limit > 1000) {
            throw new IllegalArgumentException("limit is " + limit + "; a page has 1 to 1000 tokens");
        }
    }

    /** All tokens in the store, a hundred to a page. */
    public static TokenQuery all() {
        return ALL;
    }

    /** Where a token stands in lists: what {@link #after} and {@link #before} take. Its id, which is a secret, is in it. */
    public static String cursor(TokenInfo token) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, token.createdAt()) + "." + token.id();
    }

    public TokenQuery states(TokenState... states) {
        return new TokenQuery(
                Set.of(states), tags, run, idempotencyKey, createdFrom, createdUntil, limit, cursor, newer);
    }

    public TokenQuery tags(String... tags) {
        return new TokenQuery(
                states, List.of(tags), run, idempotencyKey, createdFrom, createdUntil, limit, cursor, newer);
    }

    public TokenQuery run(RunId run) {
        return new TokenQuery(
                states,
                tags,
                Objects.requireNonNull(run),
                idempotencyKey,
                createdFrom,
                createdUntil,
                limit,
                cursor,
                newer);
    }

    /** Only the one that holds this key, and those that did before it. */
    public TokenQuery idempotencyKey(String text) {
        return new TokenQuery(
                states, tags, run, Objects.requireNonNull(text), createdFrom, createdUntil, limit, cursor, newer);
    }

    public TokenQuery createdFrom(Instant instant) {
        return new TokenQuery(
                states, tags, run, idempotencyKey, Objects.requireNonNull(instant), createdUntil, limit, cursor, newer);
    }

    public TokenQuery createdUntil(Instant instant) {
        return new TokenQuery(
                states, tags, run, idempotencyKey, createdFrom, Objects.requireNonNull(instant), limit, cursor, newer);
    }

    public TokenQuery limit(int limit) {
        return new TokenQuery(states, tags, run, idempotencyKey, createdFrom, createdUntil, limit, cursor, newer);
    }

    /** The page after the one that gave this cursor; the first for null. */
    public TokenQuery after(@Nullable String cursor) {
        return new TokenQuery(states, tags, run, idempotencyKey, createdFrom, createdUntil, limit, cursor, false);
    }

    /**
     * The page just before a cursor: what is newer than that token, and next to it; newest first all the same. The cursor of that page is
     * the one to ask with for the page before it in turn; null if there is nothing newer. The last page of all for null.
     */
    public TokenQuery before(@Nullable String cursor) {
        return new TokenQuery(states, tags, run, idempotencyKey, createdFrom, createdUntil, limit, cursor, true);
    }
}

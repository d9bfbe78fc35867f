package dev.errand;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which tokens to list, newest first. Filters of one kind are joined by or, different kinds by and; an empty filter lets all pass.
 * Immutable; each method returns a changed copy.
 *
 * @param tags exactly; one of them suffices
 * @param run only those that this run's body created; null for all
 * @param limit tokens on a page, from 1 to 1000
 * @param cursor where the page before ended; null for the first
 */
public record TokenQuery(
        Set<TokenState> states,
        List<String> tags,
        @Nullable RunId run,
        int limit,
        @Nullable String cursor) {
    private static final TokenQuery ALL = new TokenQuery(Set.of(), List.of(), null, 100, null);

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

    public TokenQuery states(TokenState... states) {
        return new TokenQuery(Set.of(states), tags, run, limit, cursor);
    }

    public TokenQuery tags(String... tags) {
        return new TokenQuery(states, List.of(tags), run, limit, cursor);
    }

    public TokenQuery run(RunId run) {
        return new TokenQuery(states, tags, run, limit, cursor);
    }

    public TokenQuery limit(int limit) {
        return new TokenQuery(states, tags, run, limit, cursor);
    }

    /** The page after the one that gave this cursor. */
    public TokenQuery after(String cursor) {
        return new TokenQuery(states, tags, run, limit, cursor);
    }
}

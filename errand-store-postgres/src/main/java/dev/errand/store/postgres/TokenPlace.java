package dev.errand.store.postgres;

import dev.errand.TokenId;
import dev.errand.TokenQuery;
import dev.errand.store.format.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Where a token stands in the list.
 *
 * @param created in microseconds
 */
record TokenPlace(long created, TokenId id) {
    private static final TokenId LOWEST = new TokenId(0, 0);
    private static final TokenId HIGHEST = new TokenId(-1, -1);
    private static final TokenPlace FIRST = new TokenPlace(Long.MIN_VALUE, LOWEST);
    private static final TokenPlace LAST = new TokenPlace(Long.MAX_VALUE, HIGHEST);
    private static final Comparator<TokenPlace> ORDER = Comparator.comparingLong(TokenPlace::created)
            .thenComparing(place -> place.id().high(), Long::compareUnsigned)
            .thenComparing(place -> place.id().low(), Long::compareUnsigned);

    static TokenPlace read(ResultSet row) throws SQLException {
        return new TokenPlace(row.getLong(1), Ids.token(row.getObject(2)));
    }

    /** Behind which the part begins that a query is about, the way it goes. */
    static TokenPlace start(TokenQuery query) {
        TokenPlace cursor = query.cursor() == null ? null : of(query.cursor());
        return query.newer() ? later(oldest(query), cursor) : earlier(newest(query), cursor);
    }

    /** Before which it ends. */
    static TokenPlace end(TokenQuery query) {
        return query.newer() ? newest(query) : oldest(query);
    }

    private static TokenPlace oldest(TokenQuery query) {
        Instant from = query.createdFrom();
        return from == null ? FIRST : new TokenPlace(Times.micros(from) - 1, HIGHEST);
    }

    private static TokenPlace newest(TokenQuery query) {
        Instant until = query.createdUntil();
        return until == null ? LAST : new TokenPlace(Times.micros(until), LOWEST);
    }

    private static TokenPlace later(TokenPlace one, @Nullable TokenPlace other) {
        return other == null || ORDER.compare(one, other) > 0 ? one : other;
    }

    private static TokenPlace earlier(TokenPlace one, @Nullable TokenPlace other) {
        return other == null || ORDER.compare(one, other) < 0 ? one : other;
    }

    /** What it was is not repeated: it has a secret in it. */
    private static TokenPlace of(String cursor) {
        try {
            int end = Math.max(cursor.indexOf('.'), 0);
            return new TokenPlace(Long.parseLong(cursor.substring(0, end)), TokenId.of(cursor.substring(end + 1)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("that is no cursor of a page of tokens", e);
        }
    }

    /** See {@link TokenQuery#cursor}. */
    String cursor() {
        return created + "." + id;
    }
}

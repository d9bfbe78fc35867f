package dev.errand.store.sqlite;

import dev.errand.Page;
import dev.errand.RunId;
import dev.errand.TokenInfo;
import dev.errand.TokenQuery;
import dev.errand.TokenState;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lists tokens, newest first. The filter that narrows most drives: each of its values is one walk down an index that is in this order, or up
 * where newer ones are asked for; the other filters are checked on the way, and what the walks find is merged. Read are only those on the
 * page: their values may be large.
 *
 * <p>Where next to nothing fits, a walk could go on over millions of rows. After a time the page is returned as it is, be it short or empty,
 * with a cursor to go on from.
 */
final class TokenListing {
    private static final int WIDEST = 10_000;
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private TokenListing() {}

    /** @param now in microseconds */
    static Page<TokenInfo> list(Database database, TokenQuery query, long now) throws SQLException {
        TokenRange range = TokenRange.of(query);
        TokenPlace top = range.start();
        List<TokenWalk> walks = walks(database, query, now);
        List<TokenPlace> found = new ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        // Where all fit, one step is enough; where few do, the steps widen.
        int rows = query.limit() + 1;
        do {
            top = step(database, walks, range.order(), top, rows, found);
            rows = Math.min(4 * rows, WIDEST);
        } while (top != null && found.size() <= query.limit() && System.nanoTime() - deadline < 0);
        boolean more = found.size() > query.limit();
        List<TokenPlace> page = more ? found.subList(0, query.limit()) : found;
        TokenPlace last = more ? page.getLast() : top;
        List<TokenInfo> tokens = read(database, query, page, now);
        return new Page<>(query.newer() ? tokens.reversed() : tokens, last == null ? null : last.toString());
    }

    /**
     * Adds what all walks find up to the first place where one of them stops, having looked at so many.
     *
     * @return that place; null if none of them has more
     */
    private static @Nullable TokenPlace step(
            Database database,
            List<TokenWalk> walks,
            Comparator<TokenPlace> order,
            TokenPlace top,
            int rows,
            List<TokenPlace> found)
            throws SQLException {
        Set<TokenPlace> seen = new TreeSet<>(order);
        TokenPlace bottom = null;
        for (TokenWalk walk : walks) {
            TokenPlace end = walk.after(database, top, rows, seen::add);
            if (end != null && (bottom == null || order.compare(end, bottom) < 0)) {
                bottom = end;
            }
        }
        for (TokenPlace place : seen) {
            if (bottom == null || order.compare(place, bottom) <= 0) {
                found.add(place);
            }
        }
        return bottom;
    }

    /** But those of which what the query says is true no more. */
    private static List<TokenInfo> read(Database database, TokenQuery query, List<TokenPlace> page, long now)
            throws SQLException {
        List<TokenInfo> tokens = new ArrayList<>();
        for (TokenPlace place : page) {
            TokenRow.find(database, place.token(), now)
                    .filter(token -> query.states().isEmpty() || query.states().contains(token.state()))
                    .ifPresent(tokens::add);
        }
        return tokens;
    }

    static List<TokenWalk> walks(Database database, TokenQuery query, long now) throws SQLException {
        List<TokenWalk> walks = ofOneFilter(database, query, now);
        walks.forEach(walk -> walk.keepTo(query));
        return walks;
    }

    /** By the filter that narrows most. */
    private static List<TokenWalk> ofOneFilter(Database database, TokenQuery query, long now) throws SQLException {
        RunId run = query.run();
        if (run != null) {
            return List.of(TokenWalk.of(run, query, now));
        }
        if (query.idempotencyKey() != null) {
            return List.of(TokenWalk.of(query.idempotencyKey(), query, now));
        }
        if (!query.tags().isEmpty()) {
            return query.tags().stream()
                    .map(tag -> TokenWalk.tagged(tag, query, now))
                    .toList();
        }
        if (query.states().isEmpty()) {
            return List.of(TokenWalk.ofAll());
        }
        List<TokenWalk> walks = new ArrayList<>();
        for (TokenState state : query.states()) {
            walks.add(TokenWalk.of(database, state, now));
        }
        return walks;
    }
}

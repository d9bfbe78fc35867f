package dev.errand.store.postgres;

import dev.errand.Page;
import dev.errand.TokenInfo;
import dev.errand.TokenQuery;
import dev.errand.TokenState;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lists tokens, the newest first, as {@link RunListing} does runs: {@link TokenWalk} goes down an index, or up where newer ones are asked for,
 * and what it meets is checked against the filters, step by step, for some time at most. But of all that are PENDING there may be few among
 * many that are TIMED_OUT, or the other way round: few are looked at all together.
 */
final class TokenListing {
    private static final int WIDEST = 10_000;
    private static final int FEW = 1_000;
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    /** In the order of the index by their times: where many are to be expected, the planner would else read through the table for some. */
    private static final String OPEN =
            "(select created, id from errand.token where state = 0 and ended <than> ? order by ended limit ?) open";

    private static final String ARE_MANY = "select count(*) from " + OPEN;

    /** By their times, and sorted then: the index in which they are in order has the others too. */
    private static final String PAGE = "select created, id from " + OPEN + """
             where (created, id) <from> (?, ?) and (created, id) <to> (?, ?)
             order by created <order>, id <order>
             limit ?
            """;

    private static final String READ = "select " + TokenRows.COLUMNS + """
              from errand.token
             where id = any(?::uuid[])
             order by created desc, id desc
            """;

    private TokenListing() {}

    /** @param now in microseconds, by the store's clock */
    static Page<TokenInfo> list(Database database, TokenQuery query, long now) throws SQLException {
        TokenPlace start = TokenPlace.start(query);
        List<TokenPlace> found = new ArrayList<>();
        TokenPlace rest = areFew(database, query, now)
                ? few(database, query, start, now, found)
                : walk(database, query, start, now, found);
        boolean more = found.size() > query.limit();
        List<TokenPlace> page = more ? found.subList(0, query.limit()) : found;
        TokenPlace last = more ? page.getLast() : rest;
        return new Page<>(read(database, query, page, now), last == null ? null : last.cursor());
    }

    /** Whether it is said by their times which they are, and there are few. */
    private static boolean areFew(Database database, TokenQuery query, long now) throws SQLException {
        boolean byTime = query.run() == null
                && query.tags().isEmpty()
                && query.idempotencyKey() == null
                && (query.states().equals(Set.of(TokenState.PENDING))
                        || query.states().equals(Set.of(TokenState.TIMED_OUT)));
        return byTime
                && database.sql(with(query, ARE_MANY)).set(now).set(FEW + 1L).number() <= FEW;
    }

    private static String with(TokenQuery query, String statement) {
        return statement
                .replace("<than>", query.states().contains(TokenState.PENDING) ? ">" : "<=")
                .replace("<from>", query.newer() ? ">" : "<")
                .replace("<to>", query.newer() ? "<" : ">")
                .replace("<order>", query.newer() ? "asc" : "desc");
    }

    /** Adds what is on the page, and one more. There is no rest. */
    private static @Nullable TokenPlace few(
            Database database, TokenQuery query, TokenPlace start, long now, List<TokenPlace> found)
            throws SQLException {
        TokenPlace end = TokenPlace.end(query);
        found.addAll(database.sql(with(query, PAGE))
                .set(now)
                .set(2L * FEW) // some may have come meanwhile
                .set(start.created())
                .setObject(Ids.uuid(start.id()))
                .set(end.created())
                .setObject(Ids.uuid(end.id()))
                .set(query.limit() + 1L)
                .list(TokenPlace::read));
        return null;
    }

    /** Adds at least as much, unless there is no more, or it takes too long. Answers after which the rest comes; null if there is none. */
    private static @Nullable TokenPlace walk(
            Database database, TokenQuery query, TokenPlace from, long now, List<TokenPlace> found)
            throws SQLException {
        TokenWalk walk = TokenWalk.of(query);
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        TokenPlace top = from;
        // Where all fit, one step is enough; where few do, the steps widen.
        int rows = query.limit() + 1;
        do {
            top = walk.after(database, top, rows, now, found);
            rows = Math.min(4 * rows, WIDEST);
        } while (top != null && found.size() <= query.limit() && System.nanoTime() - deadline < 0);
        return top;
    }

    /** But those of which that is true no more. */
    private static List<TokenInfo> read(Database database, TokenQuery query, List<TokenPlace> page, long now)
            throws SQLException {
        UUID[] ids = page.stream().map(place -> Ids.uuid(place.id())).toArray(UUID[]::new);
        List<TokenInfo> tokens =
                database.sql(READ).setObject(new UuidArray(ids)).list(row -> TokenRows.read(row, now));
        return tokens.stream()
                .filter(token -> query.states().isEmpty() || query.states().contains(token.state()))
                .toList();
    }
}

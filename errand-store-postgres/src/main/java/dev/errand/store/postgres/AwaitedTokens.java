package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.TokenId;
import dev.errand.store.Report;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The tokens that runs begin to wait for in a transaction. Their rows are shared until it ends: who ends one of them has done so before, and
 * it is seen here, or waits, and finds then who waits. They are locked after the rows of runs, in the order of their ids, and before those of
 * {@link AwaitedRows}.
 */
final class AwaitedTokens {
    static final String LOCK = """
            with wanted as materialized (
                select id from unnest(?::uuid[]) u(id) order by id)
            select t.id, t.state = 0 and t.ended_by is null and t.timeout > ?
              from wanted w
             cross join lateral (
                 select id, state, ended_by, timeout
                   from errand.token
                  where id = w.id
                  limit 1
                    for share) t
            """;

    /** Of one that was waited for before there is a row, which is locked. */
    static final String BEGIN = """
            insert into errand.awaited (run, kind, subject, state, armed)
            select run, 1, subject, state, armed
              from unnest(?::uuid[], ?::uuid[], ?::int[], ?::int[]) u(run, subject, state, armed)
             order by run, subject
                on conflict (run, kind, subject) do update
               set state = excluded.state, armed = excluded.armed
            """;

    private static final int HAS_HAPPENED = 2;

    /** That a run waits for a token from now on. */
    private record Row(RunId run, TokenId token, int armed) {}

    private final Tx tx;
    private final Set<TokenId> open = new HashSet<>();

    /** Nothing is locked yet. */
    AwaitedTokens(Tx tx) {
        this.tx = tx;
    }

    /** Each once. */
    static List<TokenId> of(Report.Waiting wait) {
        Report.Awaits awaits = wait.awaits();
        return awaits == null ? List.of() : awaits.tokens().stream().distinct().toList();
    }

    void lock(List<Report.Waiting> waits) throws SQLException {
        UUID[] ids = waits.stream()
                .flatMap(wait -> of(wait).stream())
                .distinct()
                .map(Ids::uuid)
                .toArray(UUID[]::new);
        if (ids.length > 0) {
            tx.sql(LOCK).setObject(new UuidArray(ids)).set(tx.now()).each(row -> {
                if (row.getBoolean(2)) {
                    open.add(Ids.token(row.getObject(1)));
                }
            });
        }
    }

    /** Whether it has ended, or its time has passed, or there is none; as seen when they were locked. */
    boolean hasHappened(TokenId token) {
        return !open.contains(token);
    }

    /** Writes down that these wait, and for what of it nothing is to be waited for. */
    void begin(List<Report.Waiting> waits) throws SQLException {
        Map<RunId, Report.Waiting> byRun = new LinkedHashMap<>();
        waits.forEach(wait -> byRun.put(wait.claim().run(), wait));
        List<Row> rows = new ArrayList<>();
        byRun.forEach((run, wait) -> of(wait).forEach(token -> rows.add(new Row(run, token, AwaitedRows.armed(wait)))));
        if (!rows.isEmpty()) {
            tx.sql(BEGIN)
                    .setObject(new UuidArray(Columns.ids(rows, Row::run)))
                    .setObject(new UuidArray(
                            rows.stream().map(row -> Ids.uuid(row.token())).toArray(UUID[]::new)))
                    .setObject(tx.array("int4", Columns.ints(rows, row -> hasHappened(row.token()) ? HAS_HAPPENED : 0)))
                    .setObject(tx.array("int4", Columns.ints(rows, Row::armed)))
                    .update();
        }
    }
}

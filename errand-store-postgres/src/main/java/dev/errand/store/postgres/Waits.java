package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.store.Report;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Waits that begin together, of runs whose steps have been written under their claims, which locks their rows. Those that share a chunk get
 * rows of their own from {@link Apart}; those that have one keep it, and it changes in its place.
 */
final class Waits {
    /** The rows are found one by one through the index, and changed where they lie, as in {@link Ends}. */
    static final String KEEP = """
            with own as materialized (
                select u.due, k.place
                  from unnest(?::bigint[], ?::bigint[], ?::uuid[], ?::boolean[], ?::bigint[], ?::bigint[])
                       u(line, position, first, single, claim, due)
                 cross join lateral (
                     select ctid as place
                       from errand.chunk
                      where line = u.line and position = u.position and first = u.first and single = u.single
                        and claim = u.claim and not disturbed and cancel is null
                      limit 1) k)
            update errand.chunk k
               set position = case when own.due <= ? then own.due - 1000000 * k.priority::bigint else 9223372036854775807 end,
                   state = case when own.due <= ? then 1 else 4 end,
                   single = true, dirty = false, runs = 1, claim = 0, due = own.due, expires = null, started = null, suspect = false,
                   held = null, share = null, permits = null, resumed = true
              from own
             where k.ctid = own.place and k.claim <> 0 and not k.disturbed and k.cancel is null
            returning k.first
            """;

    /**
     * One of them.
     *
     * @param index where its answer goes
     * @param announced whether its start was told of
     */
    record Wait(Report.Waiting report, int index, Held.Chunk chunk, boolean announced) {
        private boolean hasRow() {
            return announced || chunk.alone;
        }

        private Held.Key key() {
            return chunk.keyOf(report.claim());
        }

        private Wait with(Report.Waiting begun) {
            return new Wait(begun, index, chunk, announced);
        }
    }

    private final Tx tx;
    private final AwaitedRows awaited;
    private final List<Wait> waits = new ArrayList<>();

    /** @param awaited to be locked before these are written */
    Waits(Tx tx, AwaitedRows awaited) {
        this.tx = tx;
        this.awaited = awaited;
    }

    void add(Report.Waiting report, int index, Held.Chunk chunk) {
        waits.add(new Wait(
                report, index, chunk, chunk.started.contains(report.claim().run())));
    }

    /**
     * Writes down what they wait for, and that those that have rows of their own wait.
     *
     * @param apart takes the others
     * @return those that have rows of their own, and have been written
     */
    List<Wait> write(Apart apart) throws SQLException {
        List<Report.Waiting> begun =
                awaited.begin(waits.stream().map(Wait::report).toList());
        List<Wait> own = new ArrayList<>();
        for (int i = 0; i < begun.size(); i++) {
            Wait wait = waits.get(i).with(begun.get(i));
            if (wait.hasRow()) {
                own.add(wait);
            } else {
                apart.add(wait.report(), wait.index(), wait.chunk());
            }
        }
        Set<RunId> written = own.isEmpty() ? Set.of() : keep(own);
        return own.stream()
                .filter(wait -> written.contains(wait.report().claim().run()))
                .toList();
    }

    private Set<RunId> keep(List<Wait> own) throws SQLException {
        List<Held.Key> keys = own.stream().map(Wait::key).toList();
        Sql statement = tx.sql(KEEP)
                .setObject(tx.array("int8", Columns.longs(keys, Held.Key::line)))
                .setObject(tx.array("int8", Columns.longs(keys, Held.Key::position)))
                .setObject(new UuidArray(Columns.ids(keys, Held.Key::first)))
                .setObject(tx.array("bool", Columns.flags(keys, Held.Key::single)))
                .setObject(tx.array("int8", Columns.longs(own, wait -> wait.chunk().claim)))
                .setObject(tx.array("int8", Columns.longs(own, wait -> Awaiting.due(wait.report()))))
                .set(tx.now())
                .set(tx.now());
        return new HashSet<>(statement.list(row -> Ids.of(row.getObject(1))));
    }
}

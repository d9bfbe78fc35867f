package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.store.Report;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BinaryOperator;

/**
 * The values that runs begin to wait for in a transaction. None is looked at: whoever sets it may have its row for long. Each wait begins as
 * one that has happened and that nobody has looked at; who looks after the commit finds whether it has, see {@link ValueChanges}.
 */
final class AwaitedValues {
    /** Of one that was waited for before there is a row, which is locked. */
    static final String BEGIN = """
            insert into errand.awaited (run, kind, subject, state, armed, version)
            select run, 2, subject, 1, armed, version
              from unnest(?::uuid[], ?::uuid[], ?::int[], ?::bigint[]) u(run, subject, armed, version)
             order by run, subject
                on conflict (run, kind, subject) do update
               set state = excluded.state, armed = excluded.armed, version = excluded.version
            """;

    /** No value has it. */
    private static final long NO_VERSION = -1;

    /** That a run waits for a value from now on. */
    private record Row(RunId run, UUID subject, int armed, long version) {}

    private AwaitedValues() {}

    /**
     * Each once, by its subject. What was read in two versions is another one by now than it was once, which suffices where any does; where all
     * are needed, it is to be another than the later.
     */
    static Map<UUID, Long> of(Report.Waiting wait) {
        Report.Awaits awaits = wait.awaits();
        Map<UUID, Long> versions = new LinkedHashMap<>();
        if (awaits != null) {
            BinaryOperator<Long> both = awaits.any() ? AwaitedValues::changed : Long::max;
            awaits.values().forEach(seen -> versions.merge(ValueRows.subject(seen.name()), seen.version(), both));
        }
        return versions;
    }

    private static long changed(long one, long other) {
        return one == other ? one : NO_VERSION;
    }

    /** Writes down that these wait, and has this process look. */
    static void begin(Tx tx, List<Report.Waiting> waits) throws SQLException {
        Map<RunId, Report.Waiting> byRun = new LinkedHashMap<>();
        waits.forEach(wait -> byRun.put(wait.claim().run(), wait));
        List<Row> rows = new ArrayList<>();
        byRun.forEach((run, wait) -> of(wait).forEach(
                        (subject, version) -> rows.add(new Row(run, subject, AwaitedRows.armed(wait), version))));
        if (!rows.isEmpty()) {
            tx.sql(BEGIN)
                    .setObject(new UuidArray(Columns.ids(rows, Row::run)))
                    .setObject(new UuidArray(rows.stream().map(Row::subject).toArray(UUID[]::new)))
                    .setObject(tx.array("int4", Columns.ints(rows, Row::armed)))
                    .setObject(tx.array("int8", Columns.longs(rows, Row::version)))
                    .update();
            tx.tell(Notice.BEGUN);
        }
    }
}

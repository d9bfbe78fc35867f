package dev.errand.store.sqlite;

import dev.errand.RunId;
import dev.errand.store.AwaitedEnd;
import dev.errand.store.Report;
import dev.errand.store.copy.Kept;
import dev.errand.store.format.Documents;
import dev.errand.store.format.States;
import dev.errand.store.sql.RunRow;
import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What runs wait for besides a time: that others end. Whoever ends a run marks the rows of those that await it, and queues those whose wait
 * that ends, in the same transaction. So a run that waits is claimable as soon as what it waits for is durable, and nobody has to look.
 *
 * <p>Marked is here, once for all ends that are written together, and only while anything is awaited. A trigger for each end would cost every
 * run 0.6 µs, whether awaited or not. Processes of the version before do not mark: a trigger does once in each of their commits, whatever
 * that takes, and who keeps time looks then, as he does for what they say of runs in general.
 */
final class Awaited {
    private static final int SLICE = 1000;

    /** How a run waits for it; 0 if it does not at the moment. */
    private static final int ANY = 1;

    private static final int ALL = 2;

    private static final Batch ADD = new Batch("""
            insert into awaited (run, kind, subject, number, state, armed, ended, output, failure, reason)
            select column1, 0, column2, run.number, iif(outcome.number is null, 0, 2), 0,
                   outcome.state, outcome.output, outcome.failure, outcome.reason
              from (values %s)
             cross join run on run.id = column2
              left join outcome on outcome.number = run.number
             where true
                on conflict (run, kind, subject) do nothing
            """, "(?, ?)");

    private static final String IS_OPEN = "select exists (select 1 from awaited where state = 0)";

    private static final Batch MARK = new Batch("""
            update awaited
               set state = 2,
                   (ended, output, failure, reason) =
                       (select state, output, failure, reason from outcome where outcome.number = awaited.number)
             where state = 0 and number in (%s)
            returning run, armed
            """, "?");

    private static final String LOOK = """
            update awaited
               set state = 2
             where (run, kind, subject) in (select run, kind, subject from awaited where state = 1 limit ?)
            returning run, armed
            """;

    private static final String DISARM = "update awaited set armed = 0 where run = ? and armed <> 0";
    private static final Batch ARM =
            new Batch("update awaited set armed = ? where run = ? and kind = 0 and subject in (%s)", "?");

    private static final String HAS_ANY =
            "select exists (select 1 from awaited where run = ? and armed = 1 and state > 0)";
    private static final String HAS_ALL =
            "select not exists (select 1 from awaited where run = ? and armed = 2 and state = 0)";

    private static final String DUE = """
            update live
               set due = ?, position = ? - 1000000 * (select priority from run where run.number = live.number)
             where number = ? and state = 4
            """;

    private static final Batch ENDS = new Batch("""
            select subject, ended, output, failure, reason
              from awaited
             where run = (select number from run where id = ?) and kind = 0 and state > 0 and subject in (%s)
            """, "?");

    /** Of a run that is there no more it has happened, and its number does not matter. */
    private static final String COPY = """
            insert into awaited (run, kind, subject, number, state, armed, ended, output, failure, reason)
            values ((select number from run where id = ?), 0, ?, coalesce((select number from run where id = ?), 0), ?, ?, ?, ?, ?, ?)
            """;

    /** Whether anything is awaited that has not happened; null while that is not known. */
    private @Nullable Boolean open;

    /** Runs that something has happened for in this transaction of which any suffices, and of which all are needed. */
    private final Set<Long> any = new LinkedHashSet<>();

    private final Set<Long> all = new LinkedHashSet<>();

    /** Whether a trigger may have marked more, and whether any run is due by all that. */
    private boolean marked;

    private boolean due;

    /** What is known may have changed. */
    void reload() {
        open = null;
    }

    /** A transaction begins. */
    void begin() {
        any.clear();
        all.clear();
        marked = false;
        due = false;
        if (open != null && open) {
            open = null; // what was may have happened
        }
    }

    private boolean isOpen(Tx tx) throws SQLException {
        if (open == null) {
            open = tx.sql(IS_OPEN).number() != 0;
        }
        return open;
    }

    /** Runs that were stored with these reports are awaited from now on, unless they are already. */
    void add(Tx tx, List<Report.Spawned> reports) throws SQLException {
        List<Subject> subjects = reports.stream()
                .filter(Report.Spawned::awaited)
                .flatMap(report -> report.runs().stream()
                        .map(run -> new Subject(report.claim().number(), run.id())))
                .toList();
        for (int from = 0; from < subjects.size(); ) {
            int size = Batch.size(subjects.size() - from);
            Sql add = tx.sql(ADD.text(size));
            for (Subject subject : subjects.subList(from, from + size)) {
                add.set(subject.run()).set(Ids.bytes(subject.id()));
            }
            add.update();
            open = true;
            from += size;
        }
    }

    /** Who waits, and for whom. */
    private record Subject(long run, RunId id) {}

    /** These were stored. */
    void ended(Tx tx, List<Outcome> outcomes) throws SQLException {
        if (outcomes.isEmpty() || !isOpen(tx)) {
            return;
        }
        for (int from = 0; from < outcomes.size(); ) {
            int size = Batch.size(outcomes.size() - from);
            Sql mark = tx.sql(MARK.text(size));
            for (Outcome outcome : outcomes.subList(from, from + size)) {
                mark.set(outcome.number());
            }
            mark.each(this::happened);
            from += size;
        }
    }

    /** Columns: run, armed. */
    private void happened(ResultSet row) throws SQLException {
        switch (row.getInt(2)) {
            case ANY -> any.add(row.getLong(1));
            case ALL -> all.add(row.getLong(1));
            default -> {}
        }
    }

    /** Runs that have not ended will be deleted, and who awaits them marked by a trigger. */
    void deletes(Tx tx) throws SQLException {
        marked |= isOpen(tx);
    }

    /** The run has begun to wait, and for nothing but this; if that has happened already, its wait is over. */
    void arm(Tx tx, long run, Report.@Nullable Awaits awaits) throws SQLException {
        tx.sql(DISARM).set(run).update();
        any.remove(run);
        all.remove(run);
        if (awaits == null) {
            return;
        }
        List<RunId> runs = awaits.runs();
        for (int from = 0; from < runs.size(); ) {
            int size = Batch.size(runs.size() - from);
            Sql arm = tx.sql(ARM.text(size))
                    .set((long) (awaits.any() ? ANY : ALL))
                    .set(run);
            for (RunId awaited : runs.subList(from, from + size)) {
                arm.set(Ids.bytes(awaited));
            }
            arm.update();
            from += size;
        }
        if (tx.sql(awaits.any() ? HAS_ANY : HAS_ALL).set(run).number() != 0) {
            wake(tx, run);
        }
    }

    /** Has runs go on whose wait was ended by what happened in this transaction. The last of its commands' work. */
    void settle(Tx tx) throws SQLException {
        boolean more = marked && look(tx);
        marked = false;
        wakeAll(tx);
        if (due) {
            due = false;
            more |= Advancing.queueDue(tx);
        }
        if (more) {
            tx.callKeeper();
        }
    }

    /** Makes due whose wait is over by what triggers have marked. Answers whether there may be more. */
    boolean look(Tx tx) throws SQLException {
        int[] marks = {0};
        tx.sql(LOOK).set((long) SLICE).each(row -> {
            marks[0]++;
            happened(row);
        });
        wakeAll(tx);
        return marks[0] == SLICE;
    }

    private void wakeAll(Tx tx) throws SQLException {
        for (long run : any) {
            wake(tx, run);
        }
        for (long run : all) {
            if (tx.sql(HAS_ALL).set(run).number() != 0) {
                wake(tx, run);
            }
        }
        any.clear();
        all.clear();
    }

    private void wake(Tx tx, long run) throws SQLException {
        due |= tx.sql(DUE).set(tx.now()).set(tx.now()).set(run).update() > 0;
    }

    static List<AwaitedEnd> ends(Database database, RunId run, List<RunId> awaited) throws SQLException {
        List<AwaitedEnd> ends = new ArrayList<>();
        for (int from = 0; from < awaited.size(); ) {
            int size = Batch.size(awaited.size() - from);
            Sql read = database.sql(ENDS.text(size)).set(Ids.bytes(run));
            for (RunId id : awaited.subList(from, from + size)) {
                read.set(Ids.bytes(id));
            }
            ends.addAll(read.list(row -> RunRow.awaitedEnd(row, 1, Ids.FORMS)));
            from += size;
        }
        return ends;
    }

    /** One that was in another store. */
    static void copy(Database database, Kept.Awaited kept) throws SQLException {
        AwaitedEnd end = kept.end();
        database.sql(COPY)
                .set(Ids.bytes(kept.run()))
                .set(Ids.bytes(end.run()))
                .set(Ids.bytes(end.run()))
                .set((long) kept.state())
                .set((long) kept.armed())
                .set(end.state() == null ? null : (Long) (long) States.number(end.state()))
                .set(end.output())
                .set(Documents.failure(end.failure()))
                .set(end.reason())
                .update();
    }
}

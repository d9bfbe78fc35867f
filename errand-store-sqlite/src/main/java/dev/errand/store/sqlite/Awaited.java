package dev.errand.store.sqlite;

import dev.errand.RunId;
import dev.errand.store.AwaitedEnd;
import dev.errand.store.NewRun;
import dev.errand.store.Report;
import dev.errand.store.copy.Kept;
import dev.errand.store.format.Documents;
import dev.errand.store.format.States;
import dev.errand.store.sql.RunRow;
import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What runs wait for besides a time: that others end. Whoever ends a run marks the rows of those that await it, and queues those whose wait
 * that ends, in the same transaction. So a run that waits is claimable as soon as what it waits for is durable, and nobody has to look.
 *
 * <p>Marked is here, once for all ends that are written together, and only while anything is awaited. A trigger for each end would cost every
 * run 0.6 µs, whether awaited or not. Processes of the version before do not mark: who keeps time finds what they have ended ({@link Unmarked}),
 * and looks what triggers have marked of that.
 */
final class Awaited {
    private static final int SLICE = 1000;

    /** How a run waits for it; 0 if it does not at the moment. Of what has happened, and was looked at, it says nothing. */
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

    private static final Batch KNOWN =
            new Batch("select subject from awaited where run = ? and kind = 0 and subject in (%s)", "?");

    /** Of those that are named: how many there are, and how many that have not happened. */
    private static final Batch NAMED = new Batch("""
            select count(*), count(*) filter (where state = 0)
              from awaited
             where run = ? and kind = 0 and subject in (%s)
            """, "?");

    private static final String ARMED =
            "select subject from awaited indexed by awaited_armed where run = ? and armed <> 0 and state <> 2";
    private static final Batch ARM = new Batch("""
            update awaited
               set armed = ?1
             where run = ?2 and kind = 0 and armed <> ?1 and state <> 2 and subject in (%s)
            """, "?");

    /** Whether all has happened that a run waits for which needs all. It reads one row, however many those are. */
    static final String HAS_ALL = """
            select not exists (
                select 1
                  from awaited indexed by awaited_armed
                 where run = ? and armed <> 0 and state <> 2 and state = 0)
            """;

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

    /** Those of them of which is not kept that this run awaits them. */
    static List<NewRun> unknown(Tx tx, long run, List<NewRun> runs) throws SQLException {
        Set<RunId> known = new HashSet<>();
        inBatches(
                runs.stream().map(NewRun::id).toList(),
                batch -> of(tx, KNOWN, run, batch).each(row -> known.add(Ids.of(row.getBytes(1)))));
        return runs.stream().filter(one -> !known.contains(one.id())).toList();
    }

    /** These, which are stored, are awaited by a run from now on, unless they are already. */
    void add(Tx tx, long run, List<NewRun> runs) throws SQLException {
        inBatches(runs, batch -> {
            Sql add = tx.sql(ADD.text(batch.size()));
            for (NewRun one : batch) {
                add.set(run).set(Ids.bytes(one.id()));
            }
            add.update();
        });
        open = true;
    }

    /** Something to do for so many as a statement takes. */
    private interface Part<T> {
        void apply(List<T> batch) throws SQLException;
    }

    private static <T> void inBatches(List<T> all, Part<T> part) throws SQLException {
        for (int from = 0; from < all.size(); ) {
            int size = Batch.size(all.size() - from);
            part.apply(all.subList(from, from + size));
            from += size;
        }
    }

    private static Sql of(Tx tx, Batch statement, long run, List<RunId> subjects) throws SQLException {
        return subjects(tx.sql(statement.text(subjects.size())).set(run), subjects);
    }

    private static Sql subjects(Sql statement, List<RunId> subjects) throws SQLException {
        for (RunId subject : subjects) {
            statement.set(Ids.bytes(subject));
        }
        return statement;
    }

    /** These were stored. */
    void ended(Tx tx, List<Outcome> outcomes) throws SQLException {
        if (!outcomes.isEmpty() && isOpen(tx)) {
            mark(tx, outcomes.stream().map(Outcome::number).toList());
        }
    }

    private void mark(Tx tx, List<Long> numbers) throws SQLException {
        inBatches(numbers, batch -> {
            Sql mark = tx.sql(MARK.text(batch.size()));
            for (long number : batch) {
                mark.set(number);
            }
            mark.each(this::happened);
        });
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

    /**
     * The run has begun to wait, and for nothing but this; if that has happened already, or is not there, its wait is over. Written is what differs from
     * what it waited for before: of what that was, nothing is left to read once it has happened.
     */
    void arm(Tx tx, long run, Report.@Nullable Awaits awaits) throws SQLException {
        any.remove(run);
        all.remove(run);
        Set<RunId> named = awaits == null ? Set.of() : new LinkedHashSet<>(awaits.runs());
        if (awaits != null && isOver(tx, run, List.copyOf(named), awaits.any())) {
            wake(tx, run);
            return;
        }
        List<RunId> before = tx.sql(ARMED).set(run).list(row -> Ids.of(row.getBytes(1))).stream()
                .filter(id -> !named.contains(id))
                .toList();
        arm(tx, run, before, 0);
        if (awaits != null) {
            arm(tx, run, List.copyOf(named), awaits.any() ? ANY : ALL);
        }
    }

    private static boolean isOver(Tx tx, long run, List<RunId> named, boolean any) throws SQLException {
        int[] rows = {0, 0};
        inBatches(
                named,
                batch -> of(tx, NAMED, run, batch).each(row -> {
                    rows[0] += row.getInt(1);
                    rows[1] += row.getInt(2);
                }));
        return rows[1] == 0 || (any && rows[1] < rows[0]);
    }

    private static void arm(Tx tx, long run, List<RunId> subjects, int armed) throws SQLException {
        inBatches(
                subjects,
                batch -> subjects(
                                tx.sql(ARM.text(batch.size())).set((long) armed).set(run), batch)
                        .update());
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

    /** Makes due whose wait is over by what processes of the version before have done. Answers whether there may be more. */
    boolean advance(Tx tx) throws SQLException {
        Unmarked.Ends ends = Unmarked.take(tx);
        mark(tx, ends.runs());
        return look(tx) || ends.more();
    }

    /** Makes due whose wait is over by what triggers have marked, and by what is marked already. Answers whether there may be more. */
    private boolean look(Tx tx) throws SQLException {
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
        inBatches(
                awaited,
                batch -> subjects(database.sql(ENDS.text(batch.size())).set(Ids.bytes(run)), batch)
                        .each(row -> ends.add(RunRow.awaitedEnd(row, 1, Ids.FORMS))));
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

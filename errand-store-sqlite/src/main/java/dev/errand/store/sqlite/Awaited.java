package dev.errand.store.sqlite;

import dev.errand.RunId;
import dev.errand.TokenId;
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
 * What runs wait for besides a time: that others end, and tokens, and that values change. Whoever ends or changes one marks the rows of those that
 * await it, and queues those whose wait that ends, in the same transaction. So a run that waits is claimable as soon as what it waits for is durable, and nobody has to
 * look, unless very many wait for one thing: some of them go on with the transactions that follow. What runs wait for is written by {@link Arming}.
 *
 * <p>Marked is here, once for all ends that are written together, and only while anything is awaited. A trigger for each end would cost every
 * run 0.6 µs, whether awaited or not. Processes of the version before do not mark: who keeps time finds what they have ended ({@link Unmarked}),
 * and looks what triggers have marked of that.
 */
final class Awaited {
    private static final int SLICE = 1000;

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

    /** Of runs: of tokens and values there is no number, and whoever ends or changes one looks who awaits it. */
    static final String IS_OPEN = "select exists (select 1 from awaited where state = 0 and number > 0)";

    private static final Batch MARK = new Batch("""
            update awaited
               set state = 2,
                   (ended, output, failure, reason) =
                       (select state, output, failure, reason from outcome where outcome.number = awaited.number and awaited.kind = 0)
             where state = 0 and number in (%s)
            returning run, armed
            """, "?");

    static final String MARK_TOKEN = "update awaited set state = 1 where kind = 1 and subject = ? and state = 0";

    private static final String LOOK = """
            update awaited
               set state = 2
             where (run, kind, subject) in (select run, kind, subject from awaited where state = 1 limit ?)
            returning run, armed
            """;

    private static final Batch KNOWN =
            new Batch("select subject from awaited where run = ? and kind = 0 and subject in (%s)", "?");

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

    /** Whether the end of any run is awaited that has not happened; null while that is not known. */
    private @Nullable Boolean open;

    /** Runs that something has happened for in this transaction of which any suffices, and of which all are needed. */
    private final Set<Long> any = new LinkedHashSet<>();

    private final Set<Long> all = new LinkedHashSet<>();

    private final ValueChanges changes = new ValueChanges();

    /** Whether more may be marked that nobody has looked at, whether more are to be marked, and whether any run is due by all that. */
    private boolean marked;

    private boolean left;

    private boolean due;

    /** What is known may have changed. */
    void reload() {
        open = null;
    }

    /** A transaction begins. */
    void begin() {
        any.clear();
        all.clear();
        changes.begin();
        marked = false;
        left = false;
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
        Batch.each(
                runs.stream().map(NewRun::id).toList(),
                batch -> of(tx, KNOWN, run, batch).each(row -> known.add(Ids.of(row.getBytes(1)))));
        return runs.stream().filter(one -> !known.contains(one.id())).toList();
    }

    /** These, which are stored, are awaited by a run from now on, unless they are already. */
    void add(Tx tx, long run, List<NewRun> runs) throws SQLException {
        Batch.each(runs, batch -> {
            Sql add = tx.sql(ADD.text(batch.size()));
            for (NewRun one : batch) {
                add.set(run).set(Ids.bytes(one.id()));
            }
            add.update();
        });
        opened();
    }

    /** The end of a run is awaited from now on that may not have ended. */
    void opened() {
        open = true;
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
        Batch.each(numbers, batch -> {
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
            case Arming.ANY -> any.add(row.getLong(1));
            case Arming.ALL -> all.add(row.getLong(1));
            default -> {}
        }
    }

    /** It was just now. However many runs wait for it, only some of them are queued with that. */
    void ended(Tx tx, TokenId token) throws SQLException {
        marked |= tx.sql(MARK_TOKEN).set(Ids.bytes(token)).update() > 0;
    }

    /** The value was changed, or removed: then its version is 0 now. However many runs wait for it, only some of them are queued with that. */
    void changed(Tx tx, String value, long version) throws SQLException {
        left |= changes.changed(tx, value, version, this::happened);
    }

    /** Runs that have not ended will be deleted, and who awaits them marked by a trigger. */
    void deletes(Tx tx) throws SQLException {
        marked |= isOpen(tx);
    }

    /** The run has begun to wait, and for nothing but this; if that has happened already, or is not there, its wait is over. */
    void arm(Tx tx, long run, Report.@Nullable Awaits awaits) throws SQLException {
        any.remove(run);
        all.remove(run);
        if (Arming.arm(tx, run, awaits)) {
            wake(tx, run);
        }
    }

    /** Has runs go on whose wait was ended by what happened in this transaction. The last of its commands' work. */
    void settle(Tx tx) throws SQLException {
        boolean more = (marked && look(tx)) || left;
        left = false;
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

    /**
     * Makes due whose wait is over by what processes of the version before have done, or by a change of a value of which more are to hear. Answers
     * whether there may be more.
     */
    boolean advance(Tx tx) throws SQLException {
        Unmarked.Ends ends = Unmarked.take(tx);
        mark(tx, ends.runs());
        boolean moreWait = changes.markLeft(tx, this::happened);
        return look(tx) || moreWait || ends.more();
    }

    /** Makes due whose wait is over by what is marked, of which nobody has looked at some yet. Answers whether there may be more. */
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
        Batch.each(
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

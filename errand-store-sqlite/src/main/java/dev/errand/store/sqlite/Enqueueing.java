package dev.errand.store.sqlite;

import dev.errand.RunState;
import dev.errand.store.NewRun;
import dev.errand.store.RunOptions;
import dev.errand.store.format.Documents;
import dev.errand.store.format.Times;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Stores new runs. */
final class Enqueueing {
    private static final String RUN = """
            insert into run (number, id, task, created, due, payload, name, tags, priority, expires, options, line)
            values %s
                on conflict (id) do nothing
            """;

    private static final Batch ANY = new Batch(RUN, "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

    /** A run that says nothing but its payload, as most do: what is the same for all need not be handed over. */
    private static final Batch PLAIN = new Batch(RUN, "(?, ?, ?, ?, ?, ?, null, null, 0, null, null, null)");

    /** From the runs just stored: cheaper than to hand everything over twice, and those that were known already are left out. */
    private static final String LIVE = """
            insert into live (number, line, state, due, position, expires, attempt)
            select number, coalesce(line, task), due <= ?, due, due - priority * 1000000, expires, 1
              from run
             where number between ? and ?
            """;

    private static final String STORED = "select number from run where number between ? and ?";
    private static final String TAG = "insert into tag (tag, run) values (?, ?) on conflict do nothing";

    private Enqueueing() {}

    /** @throws dev.errand.QueueFullException if there is no room for all of them; then nothing of them is written */
    static int enqueue(Tx tx, List<NewRun> runs) throws SQLException {
        requireRoom(tx, runs);
        return store(tx, runs);
    }

    /** For who writes something else before he {@link #enqueueAnyway stores them}. */
    static void requireRoom(Tx tx, List<NewRun> runs) throws SQLException {
        Queues.addPlaces(tx, runs);
        PendingCaps.require(tx, runs);
    }

    /** Whether there is room for them or not. */
    static int enqueueAnyway(Tx tx, List<NewRun> runs) throws SQLException {
        Queues.addPlaces(tx, runs);
        return store(tx, runs);
    }

    private static int store(Tx tx, List<NewRun> runs) throws SQLException {
        long first = tx.runNumbers(runs.size());
        long last = first + runs.size() - 1;
        for (int from = 0; from < runs.size(); ) {
            boolean plain = isPlain(runs.get(from));
            int size = Batch.size(sameKind(runs, from, plain));
            insert(tx, runs.subList(from, from + size), first + from, plain);
            from += size;
        }
        tx.arrivals().add(tx, runs, first);
        int stored = tx.sql(LIVE).set(tx.now()).set(first).set(last).update();
        if (stored == runs.size()) {
            announce(tx, runs, first);
        } else if (stored > 0) {
            announceStored(tx, runs, first, last);
        }
        return stored;
    }

    private static boolean isPlain(NewRun run) {
        return run.options().equals(RunOptions.NONE)
                && run.name() == null
                && run.expiresAt() == null
                && run.priority() == 0
                && run.tags().isEmpty();
    }

    /** How many from here on are of the same kind, as far as a batch goes. */
    private static int sameKind(List<NewRun> runs, int from, boolean plain) {
        int to = from + 1;
        while (to < runs.size() && to - from < Batch.ROWS && isPlain(runs.get(to)) == plain) {
            to++;
        }
        return to - from;
    }

    private static void insert(Tx tx, List<NewRun> runs, long first, boolean plain) throws SQLException {
        Sql insert = tx.sql((plain ? PLAIN : ANY).text(runs.size()));
        long number = first;
        for (NewRun run : runs) {
            int task = tx.task(run.task());
            long line = plain ? task : tx.line(run.task(), run.options());
            insert.set(number++)
                    .set(Ids.bytes(run.id()))
                    .set((long) task)
                    .set(Times.micros(run.createdAt()))
                    .set(Times.micros(run.dueAt()))
                    .set(run.payload());
            if (!plain) {
                insert.set(run.name())
                        .set(Documents.tags(run.tags()))
                        .set((long) run.priority())
                        .set(Times.microsOrNull(run.expiresAt()))
                        .set(Documents.options(run.options()))
                        .set(line == task ? null : (Long) line);
            }
        }
        insert.update();
    }

    private static void announceStored(Tx tx, List<NewRun> runs, long first, long last) throws SQLException {
        Set<Long> stored = new HashSet<>(tx.sql(STORED).set(first).set(last).list(row -> row.getLong(1)));
        for (int i = 0; i < runs.size(); i++) {
            if (stored.contains(first + i)) {
                announce(tx, runs.subList(i, i + 1), first + i);
            }
        }
    }

    private static void announce(Tx tx, List<NewRun> runs, long first) throws SQLException {
        long number = first;
        for (NewRun run : runs) {
            int task = tx.task(run.task());
            long line = task;
            boolean queued = Times.micros(run.dueAt()) <= tx.now();
            for (String tag : run.tags()) {
                tx.sql(TAG).set(tag).set(number).update();
            }
            if (queued) {
                line = tx.line(run.task(), run.options());
                tx.backlog().add(line);
            }
            RunState state = queued ? RunState.QUEUED : RunState.DELAYED;
            tx.events().state(run.id(), task, run.name(), 0, null, state, tx.now());
            if (queued) {
                Conflicts.settle(tx, run.id(), number, line);
            }
            number++;
        }
    }
}

package dev.errand.store.sqlite;

import dev.errand.Failure;
import dev.errand.FailureKind;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.format.Documents;
import dev.errand.store.format.States;
import dev.errand.store.format.Times;
import dev.errand.store.limits.Lines;
import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Moves what time has moved, a slice at a time. */
final class Advancing {
    private static final int SLICE = 1000;

    private static final String COLUMNS = """
            select live.number, live.line, run.task, live.state, live.attempt, live.redeliveries, run.id, run.name, live.resumed
              from live join run on run.number = live.number
            """;

    private static final String DUE = COLUMNS + """
             where live.state in (0, 3, 4) and live.due <= ?
             order by live.due
             limit ?
            """;

    private static final String EXPIRED = COLUMNS + """
             where live.expires is not null and live.claim is null and live.expires <= ?
             order by live.expires
             limit ?
            """;

    private static final String OF_LINES = COLUMNS + """
             where live.line between ? and ? and live.state = 1 and live.claim is null
             order by live.line, live.position
             limit ?
            """;

    private static final String NEXT = """
            select min(next)
              from (select min(due) as next from live where state in (0, 3, 4)
                    union all
                    select min(expires) from live where expires is not null and claim is null
                    union all
                    select min(due) from schedule where due is not null)
            """;

    private static final Batch QUEUE = new Batch("update live set state = 1 where number in (%s)", "?");
    private static final Batch FORGET_READ = new Batch("delete from awaited where kind in (2, 3) and run in (%s)", "?");
    private static final Batch DELETE = new Batch("delete from live where number in (%s)", "?");

    /** A run in its hot row. */
    private record Waiting(
            long number,
            long line,
            int task,
            RunState state,
            int attempt,
            int redeliveries,
            RunId id,
            @Nullable String name,
            boolean resumed) {
        static Waiting read(ResultSet row) throws SQLException {
            return new Waiting(
                    row.getLong(1),
                    row.getLong(2),
                    row.getInt(3),
                    States.of(row.getInt(4)),
                    row.getInt(5),
                    row.getInt(6),
                    Ids.of(row.getBytes(7)),
                    row.getString(8),
                    row.getInt(9) != 0);
        }

        /** Then it may have waited for values. */
        boolean waited() {
            return state == RunState.WAITING;
        }

        /** The last attempt made; 0 for none. */
        int made() {
            return redeliveries > 0 || resumed ? attempt : attempt - 1;
        }
    }

    private Advancing() {}

    static Optional<Instant> advance(Tx tx) throws SQLException {
        boolean moreHappened = tx.awaited().advance(tx);
        boolean moreDue = queueDue(tx);
        boolean moreExpired = expire(tx);
        boolean moreRemoved = failRemoved(tx);
        if (moreHappened || moreDue || moreExpired || moreRemoved) {
            return Optional.of(Times.instant(tx.now() - 1));
        }
        if (tx.backlog().lookAt() <= tx.now()) {
            tx.backlog().wake(tx.now(), tx.rules());
        }
        long next = tx.sql(NEXT)
                .first(row -> Optional.ofNullable(Sql.nullable(row, 1)))
                .flatMap(found -> found)
                .orElse(Long.MAX_VALUE);
        next = Math.min(next, tx.backlog().lookAt());
        return next >= Times.NEVER ? Optional.empty() : Optional.ofNullable(Times.instant(next));
    }

    /** Answers whether there may be more. */
    static boolean queueDue(Tx tx) throws SQLException {
        List<Waiting> due = tx.sql(DUE).set(tx.now()).set((long) SLICE).list(Waiting::read);
        forAll(tx, QUEUE, due);
        forAll(tx, FORGET_READ, due.stream().filter(Waiting::waited).toList());
        for (Waiting run : due) {
            tx.backlog().add(run.line());
            tx.events().state(run.id(), run.task(), run.name(), run.made(), run.state(), RunState.QUEUED, tx.now());
        }
        return due.size() == SLICE;
    }

    private static boolean expire(Tx tx) throws SQLException {
        List<Waiting> expired = tx.sql(EXPIRED).set(tx.now()).set((long) SLICE).list(Waiting::read);
        end(tx, expired, RunState.EXPIRED, null, "it did not start in time");
        return expired.size() == SLICE;
    }

    private static boolean failRemoved(Tx tx) throws SQLException {
        for (int place : tx.backlog().all()) {
            int task = tx.rules().place(place).task();
            if (tx.tasks().isRemoved(task)
                    && (failRemoved(tx, task, place, place)
                            || failRemoved(tx, task, Lines.firstKey(place), Lines.lastKey(place)))) {
                return true;
            }
        }
        return false;
    }

    /** Answers whether there may be more. */
    private static boolean failRemoved(Tx tx, int task, long firstLine, long lastLine) throws SQLException {
        List<Waiting> queued =
                tx.sql(OF_LINES).set(firstLine).set(lastLine).set((long) SLICE).list(Waiting::read);
        String message = "the task '" + tx.tasks().id(task) + "' does not exist any more";
        Failure failure = new Failure(
                FailureKind.NO_TASK, "dev.errand.TaskNotFoundException", message, "", 0, Times.instant(tx.now()));
        end(tx, queued, RunState.FAILED, Documents.failure(failure), message);
        if (queued.size() < SLICE && firstLine != lastLine) {
            tx.backlog().emptied(Lines.place(firstLine));
        }
        return queued.size() == SLICE;
    }

    private static void end(Tx tx, List<Waiting> runs, RunState state, @Nullable String failure, String reason)
            throws SQLException {
        forAll(tx, DELETE, runs);
        List<Outcome> outcomes = new ArrayList<>(runs.size());
        for (Waiting run : runs) {
            outcomes.add(new Outcome(
                    run.number(),
                    state,
                    run.made(),
                    null,
                    null,
                    tx.now(),
                    run.redeliveries(),
                    null,
                    failure,
                    reason,
                    false));
            tx.events().state(run.id(), run.task(), run.name(), run.made(), run.state(), state, tx.now());
        }
        Outcome.insert(tx, outcomes);
    }

    private static void forAll(Tx tx, Batch statement, List<Waiting> runs) throws SQLException {
        for (int from = 0; from < runs.size(); ) {
            int size = Batch.size(runs.size() - from);
            Sql sql = tx.sql(statement.text(size));
            for (Waiting run : runs.subList(from, from + size)) {
                sql.set(run.number());
            }
            sql.update();
            from += size;
        }
    }
}

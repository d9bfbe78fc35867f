package dev.errand.store.sqlite;

import dev.errand.CancelAnswer;
import dev.errand.Failure;
import dev.errand.RescheduleAnswer;
import dev.errand.RetryAnswer;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.CancelReceipt;
import dev.errand.store.format.ClaimIds;
import dev.errand.store.format.Documents;
import dev.errand.store.format.States;
import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What operators ask of one run. */
final class Requests {
    private static final String FIND = """
            select run.number, run.task, coalesce(run.line, run.task), run.name, run.priority,
                   coalesce(live.state, outcome.state), coalesce(live.attempt, outcome.attempt),
                   coalesce(live.redeliveries, outcome.redeliveries),
                   live.claim, live.cancel, outcome.failure, live.resumed
              from run
              left join live on live.number = run.number
              left join outcome on outcome.number = run.number
             where run.id = ?
            """;

    private static final String CHILDREN = """
            select id
              from run
             where options ->> '$.parent' = ? and options ->> '$.parent' is not null
               and exists (select 1 from live where live.number = run.number)
             order by number
            """;

    private static final String REQUEST_CANCEL = "update live set cancel = ? where number = ?";
    private static final String DELETE_LIVE = "delete from live where number = ?";
    private static final String DELETE_OUTCOME = "delete from outcome where number = ?";
    private static final String START_NOW = """
            update live
               set state = 1, due = ?, position = ?, expires = ?
             where number = ?
            """;
    private static final String QUEUE_AGAIN = """
            insert into live (number, line, state, due, position, expires, attempt)
            values (?, ?, 1, ?, ?, ?, ?)
            """;
    private static final String MOVE = """
            update live
               set state = ?, due = ?, position = ?, expires = ?
             where number = ?
            """;
    private static final String EXPIRES = "update run set expires = ? where number = ?";

    /** The run and where it stands. */
    record Row(
            RunId id,
            long number,
            int task,
            long line,
            @Nullable String name,
            int priority,
            RunState state,
            int attempt,
            int redeliveries,
            @Nullable Long claim,
            @Nullable String cancel,
            @Nullable String failure,
            boolean resumed) {

        /** The last attempt made; 0 for none. */
        int made() {
            boolean made = state == RunState.EXECUTING || state.isTerminal() || redeliveries > 0 || resumed;
            return made ? attempt : attempt - 1;
        }

        long position(long due) {
            return due - priority * 1_000_000L;
        }
    }

    private Requests() {}

    static @Nullable Row find(Tx tx, RunId run) throws SQLException {
        return tx.sql(FIND).set(Ids.bytes(run)).first(row -> read(run, row)).orElse(null);
    }

    private static Row read(RunId id, ResultSet row) throws SQLException {
        return new Row(
                id,
                row.getLong(1),
                row.getInt(2),
                row.getLong(3),
                row.getString(4),
                row.getInt(5),
                States.of(row.getInt(6)),
                row.getInt(7),
                row.getInt(8),
                Sql.nullable(row, 9),
                row.getString(10),
                row.getString(11),
                row.getInt(12) != 0);
    }

    static CancelReceipt cancel(Tx tx, RunId id, String reason) throws SQLException {
        CancelReceipt receipt = cancelAlone(tx, id, reason);
        boolean held = false;
        if (receipt.answer() == CancelAnswer.OK) {
            for (RunId child : children(tx, id)) {
                CancelReceipt childs = cancel(tx, child, "its parent " + id + " was canceled");
                held |= childs.holder() != 0 || childs.children();
            }
        }
        return new CancelReceipt(receipt.answer(), receipt.holder(), held);
    }

    private static CancelReceipt cancelAlone(Tx tx, RunId id, String reason) throws SQLException {
        Row run = find(tx, id);
        if (run == null || run.state().isTerminal()) {
            return new CancelReceipt(CancelAnswer.NOT_FOUND, 0);
        }
        if (run.claim() == null) {
            end(tx, run, reason);
            return new CancelReceipt(CancelAnswer.OK, 0);
        }
        long holder = ClaimIds.node(run.claim());
        if (run.cancel() != null) {
            return new CancelReceipt(CancelAnswer.CANCELLING, holder);
        }
        tx.sql(REQUEST_CANCEL).set(reason).set(run.number()).update();
        tx.wake();
        return new CancelReceipt(CancelAnswer.OK, holder);
    }

    private static List<RunId> children(Tx tx, RunId parent) throws SQLException {
        return tx.sql(CHILDREN).set(parent.toString()).list(row -> Ids.of(row.getBytes(1)));
    }

    private static void end(Tx tx, Row run, String reason) throws SQLException {
        tx.sql(DELETE_LIVE).set(run.number()).update();
        Outcome.insert(
                tx,
                List.of(new Outcome(
                        run.number(),
                        RunState.CANCELED,
                        run.made(),
                        null,
                        null,
                        tx.now(),
                        run.redeliveries(),
                        null,
                        null,
                        reason,
                        false)));
        tx.events().state(run.id(), run.task(), run.name(), run.made(), run.state(), RunState.CANCELED, tx.now());
    }

    static RetryAnswer retry(Tx tx, RunId id, int maxAttempts, @Nullable Long expires, boolean force)
            throws SQLException {
        Row run = find(tx, id);
        if (run == null) {
            return RetryAnswer.NOT_FOUND;
        }
        if (run.state() == RunState.RETRYING) {
            startNow(tx, run, expires);
            return RetryAnswer.RETRIED;
        }
        RetryAnswer refusal = refusal(run, maxAttempts, force);
        if (refusal != null) {
            return refusal;
        }
        queueAgain(tx, run, expires);
        return RetryAnswer.RETRIED;
    }

    /** Null if it may be retried. */
    private static @Nullable RetryAnswer refusal(Row run, int maxAttempts, boolean force) {
        boolean failed = run.state() == RunState.FAILED || (force && run.state() == RunState.CRASHED);
        if (!failed) {
            return RetryAnswer.NOT_FAILED;
        }
        if (force) {
            return null;
        }
        Failure failure = Documents.failure(run.failure());
        if (failure != null && !failure.kind().retriable()) {
            return RetryAnswer.NOT_RETRIABLE;
        }
        return run.attempt() >= maxAttempts ? RetryAnswer.NO_ATTEMPTS_LEFT : null;
    }

    private static void startNow(Tx tx, Row run, @Nullable Long expires) throws SQLException {
        tx.sql(START_NOW)
                .set(tx.now())
                .set(run.position(tx.now()))
                .set(expires)
                .set(run.number())
                .update();
        queued(tx, run, expires);
    }

    private static void queueAgain(Tx tx, Row run, @Nullable Long expires) throws SQLException {
        Attempts.insertFromOutcome(tx, run.number());
        tx.sql(DELETE_OUTCOME).set(run.number()).update();
        tx.sql(QUEUE_AGAIN)
                .set(run.number())
                .set(run.line())
                .set(tx.now())
                .set(run.position(tx.now()))
                .set(expires)
                .set(run.attempt() + 1L)
                .update();
        queued(tx, run, expires);
    }

    private static void queued(Tx tx, Row run, @Nullable Long expires) throws SQLException {
        tx.sql(EXPIRES).set(expires).set(run.number()).update();
        tx.backlog().add(run.line());
        tx.events().state(run.id(), run.task(), run.name(), run.made(), run.state(), RunState.QUEUED, tx.now());
    }

    static RescheduleAnswer reschedule(Tx tx, RunId id, long due, @Nullable Long expires) throws SQLException {
        Row run = find(tx, id);
        if (run == null) {
            return RescheduleAnswer.NOT_FOUND;
        }
        if (run.state() != RunState.DELAYED) {
            return RescheduleAnswer.NOT_DELAYED;
        }
        boolean now = due <= tx.now();
        tx.sql(MOVE)
                .set(now ? (long) States.QUEUED : States.DELAYED)
                .set(due)
                .set(run.position(due))
                .set(expires)
                .set(run.number())
                .update();
        if (now) {
            queued(tx, run, expires);
        } else {
            tx.sql(EXPIRES).set(expires).set(run.number()).update();
            // Nodes may have to wake earlier than they thought.
            tx.wake();
        }
        return RescheduleAnswer.RESCHEDULED;
    }
}

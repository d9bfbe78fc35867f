package dev.errand.store.postgres;

import dev.errand.CancelAnswer;
import dev.errand.Failure;
import dev.errand.RescheduleAnswer;
import dev.errand.RetryAnswer;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.CancelReceipt;
import dev.errand.store.CancelRequest;
import dev.errand.store.format.ClaimIds;
import dev.errand.store.format.Documents;
import dev.errand.store.format.States;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What operators ask of one run. */
final class Requests {
    private static final String ENDED = """
            select run.task, coalesce(run.line, run.task), run.name, run.priority, run.batch, outcome.state, outcome.attempt, outcome.failure
              from errand.run join errand.outcome on outcome.run = run.id
             where run.id = ?
               for update of outcome
            """;

    private static final String EXISTS = "select exists (select 1 from errand.run where id = ?)";

    /** As the indexes say it of those that have one. */
    static final String HAS_PARENT = "options like '%\"parent\":\"run_%'";

    private static final String CHILDREN = """
            select id
              from errand.run
             where errand.parent_of(options) = ? and <parent>
               and not exists (select 1 from errand.outcome where outcome.run = run.id)
             order by id
            """.replace("<parent>", HAS_PARENT);

    private static final String REQUEST_CANCEL = Whereabouts.update("cancel = ?");
    /** A single from now on: a row that came with its run is found by the position it came with. */
    private static final String MOVE =
            Whereabouts.update("state = ?, position = ?, due = ?, expires = ?, single = true");

    private static final String EXPIRES = "update errand.run set expires = ? where id = ?";

    /** The outcome becomes an attempt among others, since somebody asked for one more. */
    private static final String KEEP_ATTEMPT = """
            insert into errand.attempt (run, attempt, claim, started, ended, failure, by_hand)
            select run, attempt, claim, started, ended, failure, true
              from errand.outcome
             where run = ? and started is not null
                on conflict (run, attempt) do update
               set claim = excluded.claim, started = excluded.started, ended = excluded.ended, failure = excluded.failure,
                   by_hand = true
            """;

    private static final String DELETE_OUTCOME = "delete from errand.outcome where run = ?";

    /** Any first run will do; that one is asked for leads to the index of the few that are to stop. */
    private static final String CANCELS = """
            select first, claim, cancel
              from errand.chunk
             where cancel is not null and first >= '00000000-0000-0000-0000-000000000000' and claim between ? and ?
             order by first
            """;

    /** A run that has ended, locked. */
    private record Ended(
            int task,
            long line,
            @Nullable String name,
            int priority,
            long batch,
            RunState state,
            int attempt,
            @Nullable String failure) {
        static Ended read(ResultSet row) throws SQLException {
            return new Ended(
                    row.getInt(1),
                    row.getLong(2),
                    row.getString(3),
                    row.getInt(4),
                    row.getLong(5),
                    States.of(row.getInt(6)),
                    row.getInt(7),
                    row.getString(8));
        }
    }

    private Requests() {}

    static CancelReceipt cancel(Tx tx, RunId id, String reason) throws SQLException {
        CancelReceipt receipt = cancelAlone(tx, id, reason);
        boolean held = false;
        if (receipt.answer() == CancelAnswer.OK) {
            for (RunId child : children(tx, id)) {
                CancelReceipt childs = cancel(tx, child, ofParent(id));
                held |= childs.holder() != 0 || childs.children();
            }
        }
        return new CancelReceipt(receipt.answer(), receipt.holder(), held);
    }

    /** Why a child is cancelled. */
    static String ofParent(RunId parent) {
        return "its parent " + parent + " was canceled";
    }

    /** Not its children. */
    static CancelReceipt cancelAlone(Tx tx, RunId id, String reason) throws SQLException {
        Whereabouts run = Whereabouts.lock(tx, id);
        if (run == null) {
            return new CancelReceipt(CancelAnswer.NOT_FOUND, 0);
        }
        if (run.claim() == 0) {
            end(tx, run, reason);
            return new CancelReceipt(CancelAnswer.OK, 0);
        }
        long holder = ClaimIds.node(run.claim());
        if (run.cancel() != null) {
            return new CancelReceipt(CancelAnswer.CANCELLING, holder);
        }
        Whereabouts apart = run.apart(tx);
        apart.fillRow(tx.sql(REQUEST_CANCEL).set(Columns.storable(reason))).update();
        tx.tell(Notice.REQUESTS);
        return new CancelReceipt(CancelAnswer.OK, holder);
    }

    /** Those that have not ended. */
    static List<RunId> children(Tx tx, RunId parent) throws SQLException {
        return tx.sql(CHILDREN).set(parent.toString()).list(row -> Ids.of(row.getObject(1)));
    }

    private static void end(Tx tx, Whereabouts run, String reason) throws SQLException {
        run.remove(tx);
        Outcomes.insert(tx, run.run(), RunState.CANCELED, run.made(), run.redeliveries(), null, null, reason, null);
        tell(tx, run, RunState.CANCELED);
    }

    /** Writes down that a run that has not ended changes its state. */
    static void tell(Tx tx, Whereabouts run, RunState to) {
        tx.events().state(run.run(), run.task(), run.name(), run.made(), run.runState(), to, tx.now());
    }

    static boolean exists(Tx tx, RunId id) throws SQLException {
        return tx.sql(EXISTS)
                .setObject(Ids.uuid(id))
                .first(row -> row.getBoolean(1))
                .orElse(false);
    }

    static RetryAnswer retry(Tx tx, RunId id, int maxAttempts, @Nullable Long expires, boolean force)
            throws SQLException {
        Whereabouts run = Whereabouts.lock(tx, id);
        if (run != null) {
            return retryNow(tx, run, expires);
        }
        Ended ended = tx.sql(ENDED).setObject(Ids.uuid(id)).first(Ended::read).orElse(null);
        if (ended == null) {
            return exists(tx, id) ? RetryAnswer.NOT_FAILED : RetryAnswer.NOT_FOUND;
        }
        RetryAnswer refusal = refusal(ended, maxAttempts, force);
        if (refusal != null) {
            return refusal;
        }
        queueAgain(tx, id, ended, expires);
        return RetryAnswer.RETRIED;
    }

    private static RetryAnswer retryNow(Tx tx, Whereabouts run, @Nullable Long expires) throws SQLException {
        if (run.runState() != RunState.RETRYING) {
            return RetryAnswer.NOT_FAILED;
        }
        move(tx, run, tx.now(), expires);
        return RetryAnswer.RETRIED;
    }

    /** Null if it may be retried. */
    private static @Nullable RetryAnswer refusal(Ended run, int maxAttempts, boolean force) {
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

    private static void queueAgain(Tx tx, RunId id, Ended run, @Nullable Long expires) throws SQLException {
        Whereabouts.forget(tx, id);
        tx.sql(KEEP_ATTEMPT).setObject(Ids.uuid(id)).update();
        tx.sql(DELETE_OUTCOME).setObject(Ids.uuid(id)).update();
        Whereabouts.queued(
                        id, run.task(), run.line(), run.priority(), run.batch(), run.attempt() + 1, tx.now(), expires)
                .insert(tx);
        tx.sql(EXPIRES).set(expires).setObject(Ids.uuid(id)).update();
        tx.tell(Notice.OLD_WORK);
        tx.events().state(id, run.task(), run.name(), run.attempt(), run.state(), RunState.QUEUED, tx.now());
    }

    static RescheduleAnswer reschedule(Tx tx, RunId id, long due, @Nullable Long expires) throws SQLException {
        Whereabouts run = Whereabouts.lock(tx, id);
        if (run == null) {
            return exists(tx, id) ? RescheduleAnswer.NOT_DELAYED : RescheduleAnswer.NOT_FOUND;
        }
        if (run.runState() != RunState.DELAYED) {
            return RescheduleAnswer.NOT_DELAYED;
        }
        move(tx, run, due, expires);
        return RescheduleAnswer.RESCHEDULED;
    }

    /** To another due time, which may have come. */
    private static void move(Tx tx, Whereabouts run, long due, @Nullable Long expires) throws SQLException {
        boolean now = due <= tx.now();
        Whereabouts apart = run.apart(tx);
        apart.fillRow(tx.sql(MOVE)
                        .set((long) (now ? States.QUEUED : apart.state()))
                        .set(now ? apart.position(due) : Whereabouts.NOT_DUE)
                        .set(due)
                        .set(expires))
                .update();
        tx.sql(EXPIRES).set(expires).setObject(Ids.uuid(run.run())).update();
        if (now) {
            tell(tx, run, RunState.QUEUED);
            tx.tell(Notice.OLD_WORK);
        }
        // Nodes may have to wake earlier than they thought.
        tx.tell(Notice.REQUESTS);
    }

    static List<CancelRequest> cancels(Database database, long node) throws SQLException {
        return database.sql(CANCELS)
                .set(ClaimIds.first(node))
                .set(ClaimIds.first(node + 1) - 1)
                .list(row -> new CancelRequest(Ids.of(row.getObject(1)), row.getLong(2), row.getString(3)));
    }
}

package dev.errand.engine.operation;

import dev.errand.CancelAnswer;
import dev.errand.Errand;
import dev.errand.Failure;
import dev.errand.Json;
import dev.errand.PurgeAnswer;
import dev.errand.ReplayOptions;
import dev.errand.RetryAnswer;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunNotFoundException;
import dev.errand.RunState;
import dev.errand.StoreException;
import dev.errand.store.BulkEntry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does to one run what a bulk action is about. Asked again, by another process too, it does it not again, and knows whether it was done. */
final class OneRun {
    private static final Logger LOG = LoggerFactory.getLogger(OneRun.class);

    private final Errand errand;

    OneRun(Errand errand) {
        this.errand = errand;
    }

    /** Whether it can be done to a run as it was found. */
    static boolean isPossible(BulkEntry action, RunInfo run) {
        return switch (action.kind()) {
            case CANCEL -> !run.state().isTerminal();
            case RETRY -> isFailed(run) && !hasFailedSince(action, run);
            case REPLAY, PURGE -> true;
        };
    }

    private static boolean isFailed(RunInfo run) {
        return run.state() == RunState.FAILED || run.state() == RunState.RETRYING;
    }

    /** Then it may have been retried. */
    private static boolean hasFailedSince(BulkEntry action, RunInfo run) {
        Failure failure = run.failure();
        return failure != null && failure.at().isAfter(action.createdAt());
    }

    /**
     * Whether it was done.
     *
     * @param repeated whether it may have been done before
     */
    boolean act(BulkEntry action, RunId run, boolean repeated) {
        try {
            return switch (action.kind()) {
                case CANCEL -> cancel(action, run);
                case RETRY -> retry(action, run, repeated);
                case REPLAY -> replay(action, run);
                case PURGE -> errand.run(run).purge() != PurgeAnswer.EXECUTING;
            };
        } catch (RunNotFoundException e) {
            return switch (action.kind()) {
                case PURGE -> true;
                case CANCEL, RETRY, REPLAY -> false;
            };
        } catch (StoreException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.atDebug()
                    .addKeyValue("run", run)
                    .addKeyValue("action", action.id())
                    .addKeyValue("reason", String.valueOf(e.getMessage()))
                    .log("A run was left out of a bulk action");
            return false;
        }
    }

    private boolean cancel(BulkEntry action, RunId run) {
        String reason = "canceled by " + action.id();
        return errand.run(run).cancel(reason) != CancelAnswer.NOT_FOUND
                || reason.equals(errand.run(run).info().reason());
    }

    private boolean retry(BulkEntry action, RunId id, boolean repeated) {
        Run<Json> run = errand.run(id);
        RunInfo info = run.info();
        if (!isFailed(info) || hasFailedSince(action, info)) {
            return repeated;
        }
        return run.retry() == RetryAnswer.RETRIED;
    }

    /** Under one key, so that it comes to one run however often it is asked for. */
    private boolean replay(BulkEntry action, RunId run) {
        String key = action.id() + ":" + run;
        errand.run(run).replay(ReplayOptions.none().with(options -> options.idempotencyKey(key)));
        return true;
    }
}

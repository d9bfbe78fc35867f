package dev.errand;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What is called around the attempts of runs: of one task ({@link TaskWithOutput#hooks}) or of all tasks of an engine
 * ({@link ErrandBuilder#hooks}). Override what is needed; the rest does nothing. Instances are shared by attempts that run at the same
 * time.
 *
 * <p>The order of an attempt that succeeds: {@link #middleware} up to its call of {@code next}, {@link #init}, {@link #onStart} (first attempt only), {@link #onStartAttempt}, the
 * body, {@link #onSuccess}, {@link #onComplete}, {@link #cleanup}, the rest of the middleware. Of one that fails: {@link #catchError} and {@link #onError}
 * after the body; {@link #onFailure} and {@link #onComplete} only if no attempt follows; {@link #cleanup}. Hooks of the engine are called before those of the
 * task, in the order in which they were given; but {@link #catchError} asks the task first. All of it happens on the attempt's thread, counts towards its timeout, and
 * comes before its outcome is stored: after a crash of the process it happens again.
 *
 * <p>A body that waits is called again when its attempt goes on, with {@link #middleware} and {@link #init} around it, which prepare what it needs in
 * its process, and without {@link #onStart} and {@link #onStartAttempt}. {@link #onWait} and {@link #onResume} are called where it waits.
 *
 * <p>What {@link #init}, {@link #onStart}, {@link #onStartAttempt}, {@link #middleware} and {@link #cleanup} throw fails the attempt as if the body had
 * thrown it; but what {@link #cleanup} throws of a body that was unwound to wait is written to the run's log, and the body goes on later. What the
 * others throw is written to the run's log, and changes nothing.
 *
 * <p>A run that is timed out, expires, crashes or is cancelled before it starts calls none of these any more: listen to its events. While a payload does not fit
 * its task's type none is called either.
 *
 * @param <P> the payload's type; {@code Object} for all tasks
 * @param <O> the output's type; {@code Object} for all tasks
 */
public interface TaskHooks<P extends @Nullable Object, O extends @Nullable Object> {
    /** The rest of an attempt, as {@link #middleware} sees it. */
    @FunctionalInterface
    interface Next {
        /** Goes on with the attempt; returns when all of it is done, also when it failed. To be called once. */
        void proceed();
    }

    /**
     * An attempt that failed.
     *
     * @param error what it threw
     * @param attempt which it was, from 1
     * @param retry the policy of its task
     * @param delay how long the policy would wait; empty if no attempt would follow
     */
    record FailedAttempt(Throwable error, int attempt, Retry retry, Optional<Duration> delay) {}

    /**
     * How a run ended for its hooks.
     *
     * @param output of one that succeeded; null otherwise
     * @param error of one that failed; null otherwise
     */
    record Result<O extends @Nullable Object>(
            @Nullable O output, @Nullable Throwable error) {
        /** Whether it succeeded. */
        public boolean ok() {
            return error == null;
        }
    }

    /**
     * Around all else of each attempt. Returning without having called {@code next} fails the attempt.
     *
     * @param next throws nothing, so that what follows its call is executed in any case
     */
    default void middleware(P payload, RunContext run, Next next) throws Exception {
        next.proceed();
    }

    /**
     * Prepares each attempt.
     *
     * @return if it is a map with texts as keys, its entries are in {@link RunContext#init()} from then on, over those of hooks called
     *     before; anything else is ignored
     */
    default @Nullable Object init(P payload, RunContext run) throws Exception {
        return null;
    }

    /** Before the first attempt. */
    default void onStart(P payload, RunContext run) throws Exception {}

    /** Before each attempt. */
    default void onStartAttempt(P payload, RunContext run) throws Exception {}

    /** Once the body has returned. */
    default void onSuccess(P payload, O output, RunContext run) throws Exception {}

    /** After each attempt that failed. */
    default void onError(P payload, Throwable error, RunContext run) throws Exception {}

    /** After the attempt that ended the run FAILED. */
    default void onFailure(P payload, Throwable error, RunContext run) throws Exception {}

    /** After the attempt that ended the run, either way. */
    default void onComplete(P payload, Result<O> result, RunContext run) throws Exception {}

    /**
     * The body is about to wait durably, see {@link RunContext#sleep}. What it throws is thrown at the body, which does not wait then.
     */
    default void onWait(P payload, RunContext run) throws Exception {}

    /**
     * The body goes on after it waited durably, where it waited. What it throws is thrown at the body.
     */
    default void onResume(P payload, RunContext run) throws Exception {}

    /** After each attempt, whether it succeeded or failed; and when its body was unwound to wait, to close what {@link #init} has opened. */
    default void cleanup(P payload, RunContext run) throws Exception {}

    /**
     * Somebody cancelled the run while its body executes. Called on a thread of its own while the body is being interrupted; the
     * run ends CANCELED when both are done, or 30 s after the cancel.
     *
     * @param end completes when the body has ended
     */
    default void onCancel(P payload, CompletionStage<?> end, RunContext run) throws Exception {}

    /**
     * Decides about an error before the policy does. Not asked about an {@link AbortException} and errors that the task declares. If it throws, the run ends FAILED with
     * kind {@link FailureKind#HANDLER} at once, and no further hook but {@link #cleanup} is called.
     *
     * @return null to leave the decision to others: the hooks that follow, then the policy
     */
    default @Nullable RetryDecision catchError(P payload, FailedAttempt failed, RunContext run) throws Exception {
        return null;
    }
}

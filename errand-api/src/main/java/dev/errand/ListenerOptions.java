package dev.errand;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * How a listener is called. Immutable; each method returns a changed copy.
 *
 * @param executor where it is called; null for a thread of the engine's, which no body keeps busy, where listeners are called one after the other
 *     in the order of their subscriptions, and one that takes longer than some 30 ms is overtaken. An executor that refuses a call, be it that it is shut down or
 *     that it is full, or throws, ends the subscription, which is logged. One that makes the call at once, on the thread that hands it over, or
 *     waits for room, keeps all who listen waiting meanwhile, and whoever awaits a run
 * @param maxTriggers after so many calls, those that failed included, it is called no more; 0 for no such limit
 * @param cleansUp whether a run whose end it has heard of is purged, once all listeners of this engine that hear of that end have been
 *     called
 */
public record ListenerOptions(@Nullable Executor executor, int maxTriggers, boolean cleansUp) {
    private static final ListenerOptions NONE = new ListenerOptions(null, 0, false);

    public ListenerOptions {
        if (maxTriggers < 0) {
            throw new IllegalArgumentException(
                    "maxTriggers is " + maxTriggers + "; it is at least 1, or 0 for no limit");
        }
    }

    /** No limit, nothing purged, on a thread of the engine's. */
    public static ListenerOptions none() {
        return NONE;
    }

    /** Calls it there, for example on a user interface's event thread. Order is kept whatever the executor does. */
    public ListenerOptions executor(Executor executor) {
        return new ListenerOptions(executor, maxTriggers, cleansUp);
    }

    /** Ends the subscription after so many calls. */
    public ListenerOptions maxTriggers(int maxTriggers) {
        return new ListenerOptions(executor, maxTriggers, cleansUp);
    }

    /**
     * Purges each run whose end this listener hears of, after all listeners of this engine that hear of that end have been called. What is
     * left because the process dies before, or because more than 10,000 such ends wait for a listener that is stuck, is deleted
     * when its retention is over, like any other run. Who awaits such a run may find it gone.
     */
    public ListenerOptions autoCleanup() {
        return new ListenerOptions(executor, maxTriggers, true);
    }
}

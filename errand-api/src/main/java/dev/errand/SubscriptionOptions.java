package dev.errand;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How a durable subscription is delivered. Immutable; each method returns a changed copy.
 *
 * @param executor where its listener is called; null for a thread of its own. A call that it refuses, or has not begun after 30 s as if
 *     it had dropped it, is kept as a failure of the subscription, and offered again after a second for as long as it takes: it is no attempt of the
 *     listener's. An executor that was shut down ends the delivery here, which is logged
 * @param retry when a call that threw is made again, and after how many the event is passed over; as often as it takes unless said otherwise
 * @param wholeLog whether a new subscription begins with the oldest event in the log; else with what is committed after it was made
 * @param missed told of gaps; null for nobody: they are logged and counted in any case
 * @param only what passes the filter has to pass this too; null for no more than the filter
 */
public record SubscriptionOptions(
        @Nullable Executor executor,
        Retry retry,
        boolean wholeLog,
        @Nullable MissedListener missed,
        @Nullable Predicate<Event> only) {
    private static final SubscriptionOptions NONE = new SubscriptionOptions(null, Retry.durable(), false, null, null);

    public SubscriptionOptions {
        Objects.requireNonNull(retry, "retry");
        if (!retry.automatic() || !retry.rules().isEmpty()) {
            throw new IllegalArgumentException(
                    "a subscription is retried by itself, and for all errors alike: neither Retry.byHand nor rules are of use here");
        }
    }

    /** Retried until it succeeds, from now on, on a thread of its own. */
    public static SubscriptionOptions none() {
        return NONE;
    }

    /**
     * Calls the listener there, for example on a user interface's event thread, one call at a time. Of calls that it refuses or drops see
     * {@link #executor()}; no event is passed over for that.
     */
    public SubscriptionOptions executor(Executor executor) {
        return new SubscriptionOptions(executor, retry, wholeLog, missed, only);
    }

    /**
     * What follows a call that threw: it is made again after these delays, and nothing else is called meanwhile. After the last attempt the event
     * is passed over, which is logged, and the next one is delivered.
     *
     * @throws IllegalArgumentException if it is {@linkplain Retry#byHand by hand}, or has rules for types of errors
     */
    public SubscriptionOptions retry(Retry retry) {
        return new SubscriptionOptions(executor, retry, wholeLog, missed, only);
    }

    /** Begins with the oldest event in the log, if the subscription is new. */
    public SubscriptionOptions fromWholeLog() {
        return new SubscriptionOptions(executor, retry, true, missed, only);
    }

    /** Hears of gaps. */
    public SubscriptionOptions onMissed(MissedListener missed) {
        return new SubscriptionOptions(executor, retry, wholeLog, missed, only);
    }

    /**
     * Hands over only what passes this as well as the filter. What does not is passed as cheaply as what the filter does not let through.
     *
     * @param only asked on the subscription's thread for each event that the filter lets through, sometimes more than once, also for some that are
     *     handed over elsewhere. If it throws, nothing is handed over until it throws no more
     */
    public SubscriptionOptions only(Predicate<Event> only) {
        return new SubscriptionOptions(executor, retry, wholeLog, missed, only);
    }
}

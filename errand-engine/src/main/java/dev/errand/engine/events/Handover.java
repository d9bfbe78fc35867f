package dev.errand.engine.events;

import dev.errand.Event;
import dev.errand.EventListener;
import dev.errand.Failure;
import dev.errand.MissedListener;
import dev.errand.Retry;
import dev.errand.RunId;
import dev.errand.SubscriptionOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the listener of a durable subscription, again and again while it throws, as far as its {@link Retry} goes. An executor that does not get
 * to the call, since it refuses or drops it, has not handled the event: that is written down as a failure, and the call is offered anew for as
 * long as it takes.
 */
final class Handover {
    private static final Logger LOG = LoggerFactory.getLogger(Handover.class);
    private static final String FAILED =
            "The listener of a durable subscription failed; further errors of this type are counted, see errand.subscriptions()";

    /** What an executor has not begun by then it is taken to have dropped. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Between calls that are refused; and how often it is looked whether the executor is one that ends. */
    private static final Duration MOMENT = Duration.ofSeconds(1);

    /** Code of the user's. */
    @FunctionalInterface
    interface Code {
        void call() throws Exception;
    }

    /** Who has the code called. */
    interface Caller {
        /** Writes down that it threw. Answers whether it is to be called at all any more. */
        boolean failed(Failure failure);

        /** Waits. Answers whether it is to be called at all any more. */
        boolean pause(Duration delay);

        /** Whether it is not to be called any more. */
        boolean isClosed();

        /** The executor takes nothing any more. */
        void refused();
    }

    private final EventListener listener;
    private final @Nullable MissedListener missed;
    private final @Nullable Predicate<Event> only;
    private final @Nullable Executor executor;
    private final Retry retry;
    private final Calls calls;
    private final long patience;

    Handover(EventListener listener, SubscriptionOptions options, Clock clock) {
        this(listener, options, clock, PATIENCE);
    }

    /** @param patience how long an executor may take to begin a call */
    Handover(EventListener listener, SubscriptionOptions options, Clock clock, Duration patience) {
        this.listener = listener;
        this.missed = options.missed();
        this.only = options.only();
        this.executor = options.executor();
        this.retry = options.retry();
        this.calls = new Calls(clock, FAILED);
        this.patience = patience.toNanos();
    }

    /** Those of the events that are to be handed over. */
    List<Event> wanted(List<Event> events) {
        return only == null ? events : events.stream().filter(only).toList();
    }

    /** Answers whether that is done with: it was called, or is passed over after the last attempt. */
    boolean event(Event event, Caller caller) {
        return done(event.name(), event.run(), () -> listener.handle(event), caller);
    }

    /** As {@link #event}, of a gap. */
    boolean missed(long events, Caller caller) {
        return missed == null || missed(missed, events, caller);
    }

    private boolean missed(MissedListener told, long events, Caller caller) {
        return done("(missed)", RunId.NONE, () -> told.missed(events), caller);
    }

    private boolean done(String event, RunId run, Code code, Caller caller) {
        for (int attempt = 1; ; attempt++) {
            Call call = call(event, run, code, caller);
            if (!call.made()) {
                return false;
            }
            @Nullable Throwable error = call.thrown();
            if (error == null) {
                return true;
            }
            if (!caller.failed(calls.threw(event, run, error, attempt))) {
                return false;
            }
            if (attempt >= retry.attempts()) {
                passOver(event, run, attempt);
                return true;
            }
            if (!caller.pause(delayAfter(attempt))) {
                return false;
            }
        }
    }

    private Duration delayAfter(int attempt) {
        return retry.delayAfter(attempt, ThreadLocalRandom.current().nextDouble());
    }

    private static void passOver(String event, RunId run, int attempts) {
        LOG.atError()
                .addKeyValue("event", event)
                .addKeyValue("run", run)
                .addKeyValue("attempts", attempts)
                .log("An event was passed over: the listener of a durable subscription failed every time");
    }

    /**
     * What came of a call.
     *
     * @param made whether it was; else it is not to be any more
     * @param thrown null for nothing
     */
    private record Call(boolean made, @Nullable Throwable thrown) {
        static final Call GIVEN_UP = new Call(false, null);
    }

    private Call call(String event, RunId run, Code code, Caller caller) {
        Executor elsewhere = executor;
        Call call = elsewhere == null
                ? new Call(true, callHere(code))
                : callThere(elsewhere, code, caller, error -> caller.failed(calls.threw(event, run, error, 0)));
        Thread.interrupted(); // the listener's affair, if it has set the flag; what follows is to wait
        return call;
    }

    static @Nullable Throwable callHere(Code code) {
        try {
            code.call();
            return null;
        } catch (Throwable e) { // code of users may throw anything
            return e;
        }
    }

    // ── on an executor

    /** Offers it until it is made. */
    private Call callThere(Executor there, Code code, Caller caller, Predicate<Throwable> goesOnAfter) {
        while (true) {
            Offer offer = new Offer(code);
            @Nullable Throwable refusal = offer(there, offer);
            if (refusal == null) {
                refusal = awaitBegin(there, offer, caller);
            }
            if (!offer.withdraw()) {
                return new Call(true, offer.outcome());
            }
            if (refusal == null || !goesOnAfter.test(refusal) || caller.isClosed()) {
                return Call.GIVEN_UP;
            }
            if (hasEnded(there)) {
                refused(refusal, caller);
                return Call.GIVEN_UP;
            }
            if (!caller.pause(MOMENT)) {
                return Call.GIVEN_UP;
            }
        }
    }

    /** Answers how the executor refused it; null if it did not. */
    private static @Nullable Throwable offer(Executor there, Offer offer) {
        try {
            there.execute(offer);
            return null;
        } catch (Throwable e) { // an executor of the user's
            return e;
        }
    }

    /** Answers why it is not to be expected any more; null if it has begun, or is not wanted any more. */
    private @Nullable Throwable awaitBegin(Executor there, Offer offer, Caller caller) {
        long begun = System.nanoTime();
        while (offer.isOpen() && !caller.isClosed()) {
            long left = begun + patience - System.nanoTime();
            if (left <= 0) {
                return new TimeoutException(
                        "The executor has not begun the call within %s, as if it had dropped it; it is handed the call anew"
                                .formatted(Duration.ofNanos(patience)));
            }
            if (isTerminated(there)) {
                return new RejectedExecutionException("The executor was shut down before it began the call");
            }
            offer.await(Math.min(left, MOMENT.toNanos()));
        }
        return null;
    }

    private static boolean isTerminated(Executor there) {
        return there instanceof ExecutorService service && service.isTerminated();
    }

    private static boolean hasEnded(Executor there) {
        return there instanceof ExecutorService service && service.isShutdown();
    }

    private static void refused(Throwable refusal, Caller caller) {
        LOG.atWarn()
                .addKeyValue("refusal", refusal.getClass().getName())
                .log("The executor of a durable subscription was shut down; it is not delivered to here any more");
        caller.refused();
    }
}

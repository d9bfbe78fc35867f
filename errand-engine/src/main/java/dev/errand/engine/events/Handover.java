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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls the listener of a durable subscription, again and again while it throws, as far as its {@link Retry} goes. */
final class Handover {
    private static final Logger LOG = LoggerFactory.getLogger(Handover.class);
    private static final String FAILED =
            "The listener of a durable subscription failed; further errors of this type are counted, see errand.subscriptions()";

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

        /** The executor takes nothing any more. */
        void refused();
    }

    private final EventListener listener;
    private final @Nullable MissedListener missed;
    private final @Nullable Executor executor;
    private final Retry retry;
    private final Calls calls;

    Handover(EventListener listener, SubscriptionOptions options, Clock clock) {
        this.listener = listener;
        this.missed = options.missed();
        this.executor = options.executor();
        this.retry = options.retry();
        this.calls = new Calls(clock, FAILED);
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
        try {
            for (int attempt = 1; ; attempt++) {
                @Nullable Throwable error = call(code);
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
        } catch (RefusedException e) {
            LOG.atWarn()
                    .addKeyValue("reason", String.valueOf(e.getMessage()))
                    .log("The executor of a durable subscription took no more; it is not delivered to here any more");
            caller.refused();
            return false;
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

    /** The executor did. */
    private static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        RefusedException(Throwable cause) {
            super(cause);
        }
    }

    /** Answers what it threw; null for nothing. */
    private @Nullable Throwable call(Code code) throws RefusedException {
        Executor elsewhere = executor;
        @Nullable Throwable error = elsewhere == null ? callHere(code) : callThere(code, elsewhere);
        Thread.interrupted(); // the listener's affair, if it has set the flag; what follows is to wait
        return error;
    }

    private static @Nullable Throwable callHere(Code code) {
        try {
            code.call();
            return null;
        } catch (Throwable e) { // code of users may throw anything
            return e;
        }
    }

    private static @Nullable Throwable callThere(Code code, Executor executor) throws RefusedException {
        CompletableFuture<@Nullable Throwable> thrown = new CompletableFuture<>();
        try {
            executor.execute(() -> thrown.complete(callHere(code)));
        } catch (Throwable e) { // an executor of the user's
            throw new RefusedException(e);
        }
        while (true) {
            try {
                return thrown.get();
            } catch (InterruptedException e) {
                // Nobody is to interrupt this thread but a listener that is called on it.
            } catch (ExecutionException e) {
                throw new IllegalStateException(e); // nobody completes it so
            }
        }
    }
}

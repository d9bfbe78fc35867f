package dev.errand.client;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.EventListener;
import dev.errand.Failure;
import dev.errand.FailureKind;
import dev.errand.ListenerInfo;
import dev.errand.ListenerOptions;
import dev.errand.RunId;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A listener, and what is counted of it. It is called by one thread at a time. */
final class Listener implements EventStream.Heard {
    private static final int LONGEST_STACK = 64_000;

    private final long number;
    private final EventFilter filter;
    private final EventListener listener;
    private final ListenerOptions options;
    private final Consumer<RunId> cleanUp;
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private volatile @Nullable Failure lastFailure;

    Listener(
            long number, EventFilter filter, EventListener listener, ListenerOptions options, Consumer<RunId> cleanUp) {
        this.number = number;
        this.filter = filter;
        this.listener = listener;
        this.options = options;
        this.cleanUp = cleanUp;
    }

    long number() {
        return number;
    }

    EventFilter filter() {
        return filter;
    }

    ListenerInfo info() {
        return new ListenerInfo(number, filter, calls.get(), failures.get(), lastFailure, 0, false);
    }

    @Override
    public boolean event(Event event) throws InterruptedException {
        Executor executor = options.executor();
        boolean taken =
                Calls.call(executor == null ? Calls.OWN : executor, "event " + event.name(), () -> handle(event));
        if (taken && options.cleansUp() && event.isEnd()) {
            cleanUp.accept(event.run());
        }
        return taken && (options.maxTriggers() == 0 || calls.get() < options.maxTriggers());
    }

    private void handle(Event event) throws Exception {
        calls.incrementAndGet();
        try {
            listener.handle(event);
        } catch (Throwable e) { // code of users may throw anything
            failures.incrementAndGet();
            lastFailure = failure(e);
            throw e;
        }
    }

    private static Failure failure(Throwable error) {
        StringWriter stack = new StringWriter();
        error.printStackTrace(new PrintWriter(stack));
        String text = stack.toString();
        return new Failure(
                FailureKind.ERROR,
                error.getClass().getName(),
                Objects.requireNonNullElse(error.getMessage(), ""),
                text.length() > LONGEST_STACK ? text.substring(0, LONGEST_STACK) : text,
                0,
                Instant.now());
    }
}

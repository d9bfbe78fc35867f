package dev.errand.engine.events;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Subscription;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A handler and the events it has not handled yet: one at a time, in order, so that a slow one holds up nobody but itself. */
final class Listener implements Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

    private final EventFilter filter;
    private final Consumer<Event> handler;
    private final Executor executor;
    private final Consumer<Listener> remove;
    private final ArrayDeque<Event> events = new ArrayDeque<>();
    private boolean busy;
    private volatile boolean closed;

    Listener(EventFilter filter, Consumer<Event> handler, Executor executor, Consumer<Listener> remove) {
        this.filter = filter;
        this.handler = handler;
        this.executor = executor;
        this.remove = remove;
    }

    void offer(Event event) {
        if (closed || !filter.accepts(event)) {
            return;
        }
        synchronized (events) {
            events.add(event);
            if (busy) {
                return;
            }
            busy = true;
        }
        try {
            executor.execute(this::work);
        } catch (RejectedExecutionException e) {
            LOG.atWarn()
                    .addKeyValue("reason", String.valueOf(e.getMessage()))
                    .log("The executor of a handler of events took no more; the handler is called no more");
            close();
        } catch (Throwable e) { // an executor of the user's; nobody else hears less for it
            LOG.atError().setCause(e).log("The executor of a handler of events failed; the handler is called no more");
            close();
        }
    }

    private void work() {
        Event event;
        while ((event = next()) != null) {
            try {
                if (!closed) {
                    handler.accept(event);
                }
            } catch (Throwable e) { // code of users may throw anything; it stops neither the run nor other handlers
                LOG.atError()
                        .addKeyValue("event", event.name())
                        .addKeyValue("run", event.run())
                        .setCause(e)
                        .log("A handler of events failed");
            }
        }
    }

    private @Nullable Event next() {
        synchronized (events) {
            Event event = events.poll();
            busy = event != null;
            return event;
        }
    }

    @Override
    public void close() {
        closed = true;
        remove.accept(this);
    }
}

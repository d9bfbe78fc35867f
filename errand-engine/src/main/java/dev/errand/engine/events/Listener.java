package dev.errand.engine.events;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.EventListener;
import dev.errand.ListenerInfo;
import dev.errand.ListenerOptions;
import dev.errand.Subscription;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener and the events it has not handled yet: one at a time, in order, so that a slow one holds up nobody but itself. On the executor it
 * brought; else in the {@link Line}, and where that has overtaken it on a thread of its own: until it has caught up, or for good if a single call
 * takes so long.
 *
 * <p>As long as it keeps pace it is handed the events that the {@link EventFeed} reads for all. When its inbox is full, it is left out from
 * there on, and its {@link Backlog} reads from the log what it can take, until it has reached the place where the feed is.
 */
final class Listener implements Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    /** Others may want the executor, too. */
    private static final int CALLS_IN_A_ROW = 100;

    private final EventFilter filter;
    private final EventListener handler;
    private final ListenerOptions options;
    private final Executor executor;
    private final boolean lines;
    private final Audience audience;
    private final Calls calls;
    private final long number;
    private final Inbox inbox = new Inbox();
    private final Backlog backlog;
    private volatile @Nullable Event current;
    /** Whether it is not called in the line. */
    private volatile boolean alone;

    private volatile boolean slow;
    private volatile boolean closed;

    Listener(EventFilter filter, EventListener handler, ListenerOptions options, Audience audience, Clock clock) {
        this.filter = filter;
        this.handler = handler;
        this.options = options;
        this.audience = audience;
        this.executor = options.executor() == null ? audience.threads() : options.executor();
        this.lines = options.executor() == null;
        this.alone = !lines;
        this.calls = new Calls(clock);
        this.number = audience.number();
        this.backlog = new Backlog(this, audience);
    }

    EventFilter filter() {
        return filter;
    }

    boolean cleansUp() {
        return options.cleansUp();
    }

    /** Whether it is being called for the event there. */
    boolean isAt(long position) {
        Event event = current;
        return event != null && event.position() == position;
    }

    boolean isClosed() {
        return closed;
    }

    Backlog backlog() {
        return backlog;
    }

    ListenerInfo info() {
        return new ListenerInfo(
                number, filter, calls.all(), calls.failed(), calls.last(), inbox.size(), backlog.isBehind());
    }

    boolean hasRoom() {
        return inbox.hasRoom();
    }

    /**
     * Takes over what it wants to hear of, if it has room.
     *
     * @return whether it had; if not, it took nothing
     * @throws dev.errand.StoreException if tags of runs could not be read; it took nothing
     */
    boolean takes(Sorted page) {
        List<Event> wanted = wanted(page);
        boolean takes = wanted.isEmpty() || inbox.takesAll(wanted);
        if (takes && inbox.hasRoom()) {
            work(wanted.size());
        } else { // the line is too slow for it
            leaveLine(false);
        }
        return takes;
    }

    /** Takes over what it wants to hear of; as {@link #takes}, but that it has asked for it. */
    void take(Sorted page) {
        List<Event> wanted = wanted(page);
        inbox.add(wanted);
        work(wanted.size());
    }

    /** Those it is to be called for. */
    List<Event> wanted(Sorted page) {
        return closed ? List.of() : audience.tags().passing(filter, page);
    }

    private void work(int more) {
        if (alone) {
            workAlone();
        } else if (more > 0) {
            audience.line().append(this, more);
        }
    }

    private void workAlone() {
        if (inbox.wantsWork()) {
            submit();
        }
    }

    // ── in the line

    /** How often it was called. */
    long called() {
        return calls.all();
    }

    /** In the line: handles so many, unless it has left. Who is at work on the inbox already, alone, does not stop before it is empty. */
    void takeTurn(int most) {
        if (alone || !inbox.wantsWork()) {
            return;
        }
        for (int i = 0; i < most; i++) {
            if (!handleNext(() -> {})) {
                return;
            }
            if (alone) {
                submit(); // it is still at work, on a thread of its own
                return;
            }
        }
        inbox.rest();
        if (alone) { // since it was asked
            workAlone();
        }
    }

    /** @param forGood whether it is not to come back */
    void leaveLine(boolean forGood) {
        if (forGood) {
            slow = true;
        }
        alone = true;
        workAlone();
    }

    private void comeBack() {
        alone = !lines || slow || backlog.isBehind();
    }

    // ── calls

    private void submit() {
        try {
            executor.execute(this::handle);
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

    private void handle() {
        for (int i = 0; i < CALLS_IN_A_ROW; i++) {
            if (!handleNext(this::comeBack)) {
                return;
            }
        }
        submit();
    }

    /** Answers whether there was one. */
    private boolean handleNext(Runnable over) {
        Event event = inbox.next(over);
        if (event == null) {
            return false;
        }
        try {
            if (!closed) {
                call(event);
            }
            backlog.handled();
        } catch (Throwable e) { // there is no memory left, for example; it is to hear of what follows all the same
            stumbled(e);
        }
        return true;
    }

    private static void stumbled(Throwable error) {
        try {
            LOG.atError().setCause(error).log("A listener to events could not be seen to; it goes on");
        } catch (Throwable e) {
            // Nor can that be said.
        }
    }

    private void call(Event event) {
        long count = calls.called();
        current = event;
        audience.cleanups().heard(event, this);
        try {
            handler.handle(event);
        } catch (Throwable e) { // code of users may throw anything; it stops neither the run nor other handlers
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            calls.threw(event, e);
        } finally {
            current = null;
            audience.cleanups().handled(event, this);
        }
        if (count == options.maxTriggers()) {
            close();
        }
    }

    @Override
    public void close() {
        closed = true;
        inbox.clear();
        audience.leave(this);
    }
}

package dev.errand.engine.events;

import dev.errand.EventFilter;
import dev.errand.EventListener;
import dev.errand.EventLog;
import dev.errand.Subscription;
import dev.errand.SubscriptionInfo;
import dev.errand.SubscriptionOptions;
import dev.errand.store.Store;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The durable subscriptions of this engine: a {@link Delivery} each; and those who follow the log without one. */
public final class Subscriptions implements AutoCloseable {
    private static final int LONGEST_NAME = 256;
    private static final long MOMENT = TimeUnit.SECONDS.toNanos(2);

    private final Store store;
    private final Clock clock;
    private final Tags tags;
    private final FollowedLog log;
    private final Map<String, Delivery> deliveries = new ConcurrentHashMap<>();
    private volatile boolean closed;

    public Subscriptions(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
        this.tags = new Tags(store);
        this.log = new FollowedLog(store, tags);
    }

    /** For those who remember themselves how far they have come. */
    public EventLog log() {
        return log;
    }

    /** See {@link dev.errand.Errand#subscribe}. Expects to be a node. */
    public synchronized Subscription subscribe(
            String name, EventFilter filter, EventListener listener, SubscriptionOptions options) {
        if (name.isBlank() || name.length() > LONGEST_NAME || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a subscription's name has 1 to %d characters and no NUL, this one %d"
                    .formatted(LONGEST_NAME, name.length()));
        }
        @Nullable Delivery before = deliveries.get(name);
        if (before != null && !before.isClosed()) {
            throw new IllegalStateException(
                    "this engine has subscribed as '%s' already; close that subscription first".formatted(name));
        }
        store.subscriptions().create(name, options.wholeLog());
        Handover handover = new Handover(listener, options, clock);
        Delivery delivery = new Delivery(name, filter, handover, store, tags, deliveries::remove);
        deliveries.put(name, delivery);
        delivery.start(before);
        if (closed) { // it may not have seen this one
            delivery.abandon();
        }
        return delivery;
    }

    /** Events were committed; any thread, returns at once. */
    public void committed() {
        deliveries.values().forEach(Delivery::committed);
        log.committed();
    }

    /** Somebody may have given a subscription back; likewise. */
    public void freed() {
        deliveries.values().forEach(Delivery::freed);
    }

    public List<SubscriptionInfo> list() {
        return store.subscriptions().list();
    }

    public synchronized boolean remove(String name) {
        boolean removed = store.subscriptions().remove(name);
        @Nullable Delivery here = deliveries.get(name);
        if (here != null) {
            here.close(); // elsewhere it is found out with the next event
        }
        return removed;
    }

    /** Waits a moment for calls that are under way, so that they are acknowledged. */
    @Override
    public void close() {
        closed = true;
        log.close();
        List<Delivery> open = List.copyOf(deliveries.values());
        open.forEach(Delivery::close);
        long deadline = System.nanoTime() + MOMENT;
        open.forEach(delivery -> delivery.awaitEnd(deadline));
        open.forEach(Delivery::abandon);
    }
}

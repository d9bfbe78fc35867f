package dev.errand.micrometer;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Subscription;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.List;

/**
 * What an engine in this process does, as meters. Nothing is counted in the store for them: the node listens to the events of runs from when it
 * is bound, and counts what it did itself. So the sum over all nodes counts each thing once.
 *
 * <ul>
 *   <li>{@code errand.executing}, {@code errand.concurrency}: attempts being made by this node, and how many may be
 *   <li>{@code errand.attempts}: how long bodies took, by task and outcome, see {@link AttemptTimes}
 *   <li>{@code errand.runs.triggered}: runs that were stored by this node, by task
 *   <li>{@code errand.runs.ended}: runs whose end this node recorded, by task and state
 *   <li>{@code errand.waiting}, {@code errand.oldest}: how much waits in the whole store, and for how many seconds the oldest of it; {@code
 *       errand.queue.waiting} and {@code errand.queue.oldest} the same by queue, of the longest ones, see {@link QueueGauges}
 *   <li>{@code errand.nodes}: the living engines on the store that make attempts
 * </ul>
 */
public final class ErrandMeters implements MeterBinder, AutoCloseable {
    private final Errand errand;
    private final List<Subscription> subscriptions = new ArrayList<>();

    /** @param errand an engine in this process; it is left open */
    public ErrandMeters(Errand errand) {
        this.errand = errand;
    }

    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        Gauge.builder("errand.executing", errand, Errand::executing)
                .description("Attempts being made by this node")
                .register(registry);
        Gauge.builder("errand.concurrency", errand, Errand::concurrency)
                .description("Attempts this node may make at a time")
                .register(registry);
        new QueueGauges(errand).bindTo(registry);
        RunCounters counters = new RunCounters(registry, new OwnNode(errand));
        subscriptions.add(errand.on(EventFilter.named(Event.STATE), counters::count));
    }

    /** Counts nothing any more; what was counted stays in the registries. */
    @Override
    public synchronized void close() {
        subscriptions.forEach(Subscription::close);
        subscriptions.clear();
    }
}

package dev.errand.spring;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.NodeInfo;
import dev.errand.RunState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What this node does, as meters. Nothing is counted in the store for them.
 *
 * <ul>
 *   <li>{@code errand.executing}, {@code errand.concurrency}: attempts being made, and how many may be
 *   <li>{@code errand.attempts}: how long bodies took, by task and outcome (returned, threw)
 *   <li>{@code errand.runs.ended}: runs whose end this node recorded, by task and state: over all nodes each counts once
 * </ul>
 */
final class ErrandMetrics implements MeterBinder {
    private static final long ASK_EVERY = TimeUnit.SECONDS.toNanos(5);

    private final Errand errand;
    private final Attempts attempts;
    private long self = -1;
    private long asked = System.nanoTime() - ASK_EVERY;

    ErrandMetrics(Errand errand, Attempts attempts) {
        this.errand = errand;
        this.attempts = attempts;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("errand.executing", attempts, Attempts::executing)
                .description("Attempts being made by this node")
                .register(registry);
        Gauge.builder("errand.concurrency", errand, Errand::concurrency)
                .description("Attempts this node may make at a time")
                .register(registry);
        attempts.onEnd((task, took, error) -> Timer.builder("errand.attempts")
                .description("How long the bodies of tasks took")
                .tag("task", task)
                .tag("outcome", error == null ? "returned" : "threw")
                .register(registry)
                .record(took));
        errand.on(EventFilter.named(Event.STATE), event -> {
            RunState end = event.to();
            if (event.isEnd() && end != null && isOwn(event.node())) {
                Counter.builder("errand.runs.ended")
                        .description("Runs whose end this node recorded")
                        .tag("task", event.task())
                        .tag("state", end.name().toLowerCase(Locale.ROOT))
                        .register(registry)
                        .increment();
            }
        });
    }

    /** A node that lost its lease joins anew, with another number. On one thread. */
    private boolean isOwn(long node) {
        if (node != self && System.nanoTime() - asked >= ASK_EVERY) {
            asked = System.nanoTime();
            errand.nodes().stream().filter(NodeInfo::self).findFirst().ifPresent(found -> self = found.number());
        }
        return node == self;
    }
}

package dev.errand.micrometer;

import dev.errand.Event;
import dev.errand.RunState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** Counts what this node did with runs, from their events. Called with one event at a time. */
final class RunCounters {
    private final MeterRegistry registry;
    private final OwnNode node;
    private final AttemptTimes attempts;

    RunCounters(MeterRegistry registry, OwnNode node) {
        this.registry = registry;
        this.node = node;
        this.attempts = new AttemptTimes(registry);
    }

    void count(Event event) {
        RunState to = event.to();
        if (to == null) {
            return;
        }
        boolean own = node.is(event.node());
        attempts.hear(event, to, own);
        if (own && event.from() == null) {
            triggered(event.task());
        }
        if (own && to.isTerminal()) {
            ended(event.task(), to);
        }
    }

    private void triggered(String task) {
        Counter.builder("errand.runs.triggered")
                .description("Runs that this node stored")
                .tag("task", task)
                .register(registry)
                .increment();
    }

    private void ended(String task, RunState state) {
        Counter.builder("errand.runs.ended")
                .description("Runs whose end this node recorded")
                .tag("task", task)
                .tag("state", state.name().toLowerCase(Locale.ROOT))
                .register(registry)
                .increment();
    }
}

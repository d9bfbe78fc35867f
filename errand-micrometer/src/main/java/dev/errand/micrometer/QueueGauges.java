package dev.errand.micrometer;

import dev.errand.Errand;
import dev.errand.NodeInfo;
import dev.errand.QueueBacklog;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits in the store, as gauges: {@code errand.queue.waiting} and {@code errand.queue.oldest}, in seconds, of the {@value #SHOWN} longest
 * queues, and over all as {@code errand.waiting} and {@code errand.oldest}. So that many queues cost little, the store is asked when somebody reads, at most
 * every ten seconds, and seldom enough that it is busy with that for a hundredth of the time.
 */
final class QueueGauges {
    /** A series each; dashboards for more want the queues' own lists. */
    static final int SHOWN = 50;

    private static final Logger LOG = LoggerFactory.getLogger(QueueGauges.class);
    private static final long AT_MOST_EVERY = TimeUnit.SECONDS.toNanos(10);
    private static final int SHARE = 100;

    private final Errand errand;
    private List<QueueBacklog> backlog = List.of();
    private Instant now = Instant.EPOCH;
    private long nodes;
    private long nextAsk = System.nanoTime();

    QueueGauges(Errand errand) {
        this.errand = errand;
    }

    void bindTo(MeterRegistry registry) {
        MultiGauge waiting = MultiGauge.builder("errand.queue.waiting")
                .description("Runs that could start if there were a slot, of the longest queues")
                .register(registry);
        MultiGauge oldest = MultiGauge.builder("errand.queue.oldest")
                .description("For how long the oldest of them has waited, of the longest queues")
                .baseUnit("seconds")
                .register(registry);
        // The first that is read has the others looked at anew: a registry reads all of them one after the other.
        Gauge.builder("errand.waiting", () -> {
                    refresh(waiting, oldest);
                    return waiting();
                })
                .description("Runs that could start if there were a slot, in all queues")
                .register(registry);
        Gauge.builder("errand.oldest", () -> {
                    refresh(waiting, oldest);
                    return oldest();
                })
                .description("For how long the oldest of them has waited")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("errand.nodes", () -> {
                    refresh(waiting, oldest);
                    return nodes();
                })
                .description("Living engines on the store that make attempts")
                .register(registry);
        refresh(waiting, oldest);
    }

    private synchronized void refresh(MultiGauge waiting, MultiGauge oldest) {
        long start = System.nanoTime();
        if (start - nextAsk < 0) {
            return;
        }
        try {
            ask();
            List<QueueBacklog> shown = backlog.stream().limit(SHOWN).toList();
            // Rows that are there already stay, and read anew: a scrape that runs while they were replaced would miss
            // them.
            waiting.register(shown.stream().map(this::waitingRow).toList());
            oldest.register(shown.stream().map(this::oldestRow).toList());
        } catch (RuntimeException e) { // what was known stays; whoever reads gets the other meters
            LOG.atWarn()
                    .addKeyValue("reason", String.valueOf(e.getMessage()))
                    .log("The store could not be asked what waits");
        }
        nextAsk = System.nanoTime() + Math.max(AT_MOST_EVERY, SHARE * (System.nanoTime() - start));
    }

    private void ask() {
        backlog = errand.queues().backlog();
        now = errand.now();
        nodes = errand.nodes().stream()
                .map(NodeInfo::concurrency)
                .filter(concurrency -> concurrency > 0)
                .count();
    }

    private MultiGauge.Row<QueueGauges> waitingRow(QueueBacklog of) {
        return row(of.queue(), QueueBacklog::waiting);
    }

    private MultiGauge.Row<QueueGauges> oldestRow(QueueBacklog of) {
        return row(of.queue(), this::age);
    }

    private MultiGauge.Row<QueueGauges> row(String queue, ToDoubleFunction<QueueBacklog> value) {
        return MultiGauge.Row.of(Tags.of("queue", queue), this, gauges -> gauges.read(queue, value));
    }

    private synchronized double read(String queue, ToDoubleFunction<QueueBacklog> value) {
        return backlog.stream()
                .filter(candidate -> candidate.queue().equals(queue))
                .mapToDouble(value)
                .findFirst()
                .orElse(0);
    }

    private synchronized double waiting() {
        return backlog.stream().mapToLong(QueueBacklog::waiting).sum();
    }

    private synchronized double oldest() {
        return backlog.stream().mapToDouble(this::age).max().orElse(0);
    }

    private synchronized double nodes() {
        return nodes;
    }

    private double age(QueueBacklog queue) {
        return Math.max(0, Duration.between(queue.since(), now).toMillis() / 1_000.0);
    }
}

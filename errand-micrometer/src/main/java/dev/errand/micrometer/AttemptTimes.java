package dev.errand.micrometer;

import dev.errand.Event;
import dev.errand.RunId;
import dev.errand.RunState;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How long bodies took: the time between the events of an attempt's start and of its end, or of where it began to wait. Those that had begun
 * before anybody listened are left out. The outcome is {@code returned}, {@code threw}, {@code waits} (it goes on later, and is counted once more
 * then), {@code cancelled}, {@code timed_out}, {@code given_back} (interrupted by the end of the process, or lost) or {@code died}.
 */
final class AttemptTimes {
    /** More than execute on any node; of what is beyond, the end was never heard of. */
    private static final int MOST = 100_000;

    private static final Duration[] BUCKETS = {
        Duration.ofMillis(10),
        Duration.ofMillis(100),
        Duration.ofSeconds(1),
        Duration.ofSeconds(10),
        Duration.ofMinutes(1),
        Duration.ofMinutes(10),
        Duration.ofHours(1)
    };

    private final MeterRegistry registry;
    private final Map<RunId, Instant> started = new LinkedHashMap<>();

    AttemptTimes(MeterRegistry registry) {
        this.registry = registry;
    }

    /** @param own whether this node wrote it */
    void hear(Event event, RunState to, boolean own) {
        Instant start = event.from() == RunState.EXECUTING ? started.remove(event.run()) : null;
        if (start != null && own) {
            record(event.task(), to, Duration.between(start, event.at()));
        }
        if (own && to == RunState.EXECUTING) {
            started.put(event.run(), event.at());
            if (started.size() > MOST) {
                started.remove(started.keySet().iterator().next());
            }
        }
    }

    private void record(String task, RunState to, Duration took) {
        Timer.builder("errand.attempts")
                .description("How long the bodies of tasks took")
                .tag("task", task)
                .tag("outcome", outcome(to))
                .serviceLevelObjectives(BUCKETS)
                .register(registry)
                .record(took.isNegative() ? Duration.ZERO : took);
    }

    private static String outcome(RunState to) {
        return switch (to) {
            case COMPLETED -> "returned";
            case FAILED, RETRYING -> "threw";
            case WAITING -> "waits";
            case CANCELED -> "cancelled";
            case TIMED_OUT -> "timed_out";
            case CRASHED -> "died";
            case DELAYED, QUEUED, EXECUTING, EXPIRED -> "given_back";
        };
    }
}

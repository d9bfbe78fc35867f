package dev.errand.spi;

import dev.errand.Retention;
import dev.errand.Task;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What an engine is opened with.
 *
 * @param concurrency attempts at a time; 0 for an engine that never works
 * @param nodeName empty for the host's name and process id
 * @param drain how long close lets attempts finish
 * @param maxPayload in bytes of JSON
 * @param maxOutput in bytes of JSON
 */
public record EngineSettings(
        String url,
        List<Task<?, ?>> tasks,
        int concurrency,
        String nodeName,
        Clock clock,
        Retention retention,
        Duration drain,
        int maxPayload,
        int maxOutput) {

    public EngineSettings {
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(retention, "retention");
        tasks = List.copyOf(tasks);
        if (concurrency < 0) {
            throw new IllegalArgumentException(
                    "concurrency is " + concurrency + "; it must be 1 or more, or 0 for an engine that never works");
        }
        if (maxPayload < 1 || maxOutput < 1) {
            throw new IllegalArgumentException("payload and output limits must be at least 1 byte");
        }
    }

    public static EngineSettings defaults() {
        return new EngineSettings(
                "jdbc:sqlite:errand.db",
                List.of(),
                10 * Runtime.getRuntime().availableProcessors(),
                "",
                Clock.systemUTC(),
                Retention.defaults(),
                Duration.ofSeconds(10),
                3_000_000,
                10_000_000);
    }

    public EngineSettings withUrl(String url) {
        return new EngineSettings(url, tasks, concurrency, nodeName, clock, retention, drain, maxPayload, maxOutput);
    }

    public EngineSettings withTasks(List<Task<?, ?>> tasks) {
        return new EngineSettings(url, tasks, concurrency, nodeName, clock, retention, drain, maxPayload, maxOutput);
    }

    public EngineSettings withConcurrency(int concurrency) {
        return new EngineSettings(url, tasks, concurrency, nodeName, clock, retention, drain, maxPayload, maxOutput);
    }

    public EngineSettings withNodeName(String nodeName) {
        return new EngineSettings(url, tasks, concurrency, nodeName, clock, retention, drain, maxPayload, maxOutput);
    }

    public EngineSettings withClock(Clock clock) {
        return new EngineSettings(url, tasks, concurrency, nodeName, clock, retention, drain, maxPayload, maxOutput);
    }

    public EngineSettings withRetention(Retention retention) {
        return new EngineSettings(url, tasks, concurrency, nodeName, clock, retention, drain, maxPayload, maxOutput);
    }

    public EngineSettings withDrain(Duration drain) {
        return new EngineSettings(url, tasks, concurrency, nodeName, clock, retention, drain, maxPayload, maxOutput);
    }

    public EngineSettings withMaxPayload(int maxPayload) {
        return new EngineSettings(url, tasks, concurrency, nodeName, clock, retention, drain, maxPayload, maxOutput);
    }

    public EngineSettings withMaxOutput(int maxOutput) {
        return new EngineSettings(url, tasks, concurrency, nodeName, clock, retention, drain, maxPayload, maxOutput);
    }
}

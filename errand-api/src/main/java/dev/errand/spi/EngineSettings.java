package dev.errand.spi;

import dev.errand.EffectValidation;
import dev.errand.Machine;
import dev.errand.Retention;
import dev.errand.Retry;
import dev.errand.Task;
import dev.errand.TaskHooks;
import dev.errand.TaskQueue;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What an engine is opened with; {@link dev.errand.ErrandBuilder} has the defaults.
 *
 * @param url the store's; null if it is reached through a data source
 * @param dataSource where the store's connections come from; null to connect to the URL
 * @param storeOptions settings of the store, by the names its documentation gives them
 * @param clock decides everything that is stored, for tests; the system's clock leaves that to the store
 * @param concurrency attempts at a time; 0 for an engine that never works
 * @param nodeName empty for the host's name and process id
 * @param nodeTags what this node has that tasks may ask for
 * @param version of the code of its tasks; null for none
 * @param retry for tasks that have no policy of their own
 * @param ttl how long runs may wait for their first start of tasks that do not say so; null or zero for ever
 * @param maxDuration how long attempts may be active of tasks that do not say so; null or zero for no limit
 * @param hooks called around the attempts of all tasks, in order
 * @param queues declared besides those of the tasks
 * @param onlyQueues the names of those it works on; none for all, and for what is in no queue
 * @param drain how long close lets attempts finish
 * @param machine of tasks that name none; null for none
 * @param budget what the machines of attempts may sum up to; null for what is there
 * @param warmProcesses how many processes wait for isolated attempts, for each machine
 * @param maxPayload in bytes of JSON
 * @param maxOutput in bytes of JSON
 * @param effectValidation whether bodies are executed twice
 */
public record EngineSettings(
        @Nullable String url,
        @Nullable DataSource dataSource,
        Map<String, String> storeOptions,
        List<Task<?, ?>> tasks,
        int concurrency,
        String nodeName,
        List<String> nodeTags,
        @Nullable String version,
        Clock clock,
        Retention retention,
        Retry retry,
        @Nullable Duration ttl,
        @Nullable Duration maxDuration,
        List<TaskHooks<@Nullable Object, @Nullable Object>> hooks,
        List<TaskQueue> queues,
        List<String> onlyQueues,
        Duration drain,
        @Nullable Machine machine,
        @Nullable Machine budget,
        int warmProcesses,
        int maxPayload,
        int maxOutput,
        EffectValidation effectValidation) {

    public EngineSettings {
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(retention, "retention");
        Objects.requireNonNull(drain, "drain");
        Objects.requireNonNull(retry, "retry");
        Objects.requireNonNull(effectValidation, "effectValidation");
        tasks = List.copyOf(tasks);
        hooks = List.copyOf(hooks);
        queues = List.copyOf(queues);
        onlyQueues = List.copyOf(onlyQueues);
        nodeTags = List.copyOf(nodeTags);
        storeOptions = Map.copyOf(storeOptions);
        if ((url == null) == (dataSource == null)) {
            throw new IllegalArgumentException(
                    "a store is reached by its URL or through a DataSource: give one of them");
        }
        if (concurrency < 0) {
            throw new IllegalArgumentException(
                    "concurrency is " + concurrency + "; it must be 1 or more, or 0 for an engine that never works");
        }
        if (warmProcesses < 0 || warmProcesses > 100) {
            throw new IllegalArgumentException(
                    "warmProcesses is " + warmProcesses + "; from 0 to 100 can wait for each machine");
        }
        if (maxPayload < 1 || maxOutput < 1) {
            throw new IllegalArgumentException("payload and output limits must be at least 1 byte");
        }
    }

    /** The same by another clock: the store's, once it is known. */
    public EngineSettings withClock(Clock other) {
        return new EngineSettings(
                url,
                dataSource,
                storeOptions,
                tasks,
                concurrency,
                nodeName,
                nodeTags,
                version,
                other,
                retention,
                retry,
                ttl,
                maxDuration,
                hooks,
                queues,
                onlyQueues,
                drain,
                machine,
                budget,
                warmProcesses,
                maxPayload,
                maxOutput,
                effectValidation);
    }
}

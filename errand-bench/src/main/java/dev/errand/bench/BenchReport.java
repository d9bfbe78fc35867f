package dev.errand.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What was measured. Figures of one report belong together; those of different hours or machines do not compare, ratios do.
 *
 * @param bulkTrigger many runs to a commit, by one thread
 * @param trigger1 one run after the other, by one thread
 * @param trigger16 the same by 16 threads
 * @param drain carrying out what is queued
 * @param latency100 from trigger to start, at 100 triggers a second
 * @param latency2000 the same at 2,000
 * @param idleSchedules an idle engine on a store with 10,000 schedules that are due in years
 * @param verified whether every body ran exactly once and every run ended COMPLETED, in all that was measured
 * @param drainWithHistory null unless asked for
 * @param runs how many runs the bulk trigger and the drain had
 * @param store the database's name and version
 */
public record BenchReport(
        Rate bulkTrigger,
        Rate trigger1,
        Rate trigger16,
        Rate drain,
        Latency latency100,
        Latency latency2000,
        Idle idle,
        Idle idleSchedules,
        PerRun perRun,
        Heap heap,
        boolean verified,
        @Nullable History drainWithHistory,
        int runs,
        String store,
        Machine machine) {

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

    /** Beside what plain SQL reaches on the same disk in the same minutes. */
    public record Rate(long runsPerSecond, long rawPerSecond, double ratio) {
        static Rate of(double runsPerSecond, double rawPerSecond) {
            return new Rate(
                    Math.round(runsPerSecond),
                    Math.round(rawPerSecond),
                    Statistics.rounded(runsPerSecond / rawPerSecond, 3));
        }
    }

    public record Latency(double p50Ms, double p99Ms) {}

    /**
     * An engine with nothing to do.
     *
     * @param transactionsPerSecond that write
     * @param cpuPercent of one processor, by the whole process
     */
    public record Idle(double transactionsPerSecond, double cpuPercent) {}

    /**
     * The cost of a run.
     *
     * @param engineCpuMicros processor time of the whole process while draining
     * @param bytesWritten to the disk, by trigger and drain together
     */
    public record PerRun(double engineCpuMicros, long bytesWritten) {}

    /**
     * Bytes of heap.
     *
     * @param queued100k by 100,000 queued runs with payloads of 10 KB
     * @param sleeping10k by 10,000 bodies in {@code Thread.sleep}
     * @param sleeping100k by 100,000
     */
    public record Heap(long queued100k, long sleeping10k, long sleeping100k) {}

    /**
     * A drain on a full file beside one on an empty file.
     *
     * @param finished how many ended runs the file held to begin with
     */
    public record History(
            long runsPerSecond,
            long emptyPerSecond,
            double slowerPercent,
            int finished,
            int delayed,
            boolean verified) {}

    /** One object. */
    public String json() {
        return JSON.writeValueAsString(this);
    }

    /** For people. */
    public String table() {
        return ReportTable.of(this);
    }
}

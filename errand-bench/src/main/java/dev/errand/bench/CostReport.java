package dev.errand.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What limits, steps, sleep, schedules and events cost on one store; medians of the rounds.
 *
 * @param store the database's name and version
 * @param runs how many a drain had
 * @param claims of one run each
 * @param events null if not measured
 * @param sleep null if not measured
 * @param idle an engine without anything to do, beside one with schedules that are due in years; both null if not measured
 */
public record CostReport(
        String store,
        int runs,
        int rounds,
        List<Drain> drains,
        List<Claims> claims,
        @Nullable EventReport events,
        @Nullable Sleep sleep,
        BenchReport.@Nullable Idle idle,
        BenchReport.@Nullable Idle idleSchedules,
        List<Goal> goals,
        Machine machine) {
    private static final double CLAIM_NOISE = 1.25;
    private static final double IDLE_NOISE = 0.1;

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    /** @param ofUnlimited its share of the rate without limits; 0 if that was not measured */
    public record Drain(String shape, long runsPerSecond, double ofUnlimited) {}

    public record Claims(String backlog, double p50Ms, double p99Ms) {}

    /**
     * Runs that sleep, in a process with 1 GB of heap.
     *
     * @param asleepPerSecond how many were triggered, begun and put to sleep in a second
     * @param heapBytes by how much they made the used heap grow
     * @param woken how many others woke up in the same moment
     * @param awakeAfterSeconds from that moment until the last body went on
     */
    public record Sleep(int asleep, long asleepPerSecond, long heapBytes, int woken, double awakeAfterSeconds) {}

    /** @param atLeast whether what was reached may be more than the limit; else less */
    public record Goal(String what, boolean atLeast, double limit, double reached, boolean met) {
        static Goal atLeast(String what, double limit, double reached) {
            return new Goal(what, true, limit, Statistics.rounded(reached, 3), reached >= limit);
        }

        static Goal atMost(String what, double limit, double reached) {
            return new Goal(what, false, limit, Statistics.rounded(reached, 3), reached <= limit);
        }
    }

    static CostReport of(
            String store,
            CostOptions options,
            Map<DrainCosts.Shape, List<Double>> rates,
            Map<ClaimCosts.Backlog, List<long[]>> nanos,
            @Nullable EventReport events,
            @Nullable Sleep sleep,
            BenchReport.@Nullable Idle idle,
            BenchReport.@Nullable Idle idleSchedules,
            int stepsGoal) {
        List<Double> unlimited = rates.getOrDefault(DrainCosts.UNLIMITED, List.of());
        List<Drain> drains = new ArrayList<>();
        rates.forEach((shape, of) -> drains.add(new Drain(
                shape.name(),
                Math.round(Statistics.median(of)),
                unlimited.isEmpty()
                        ? 0
                        : Statistics.rounded(Statistics.median(of) / Statistics.median(unlimited), 3))));
        List<Claims> claims = new ArrayList<>();
        nanos.forEach((backlog, of) -> claims.add(new Claims(backlog.name(), millis(of, 50), millis(of, 99))));
        return new CostReport(
                store,
                options.runs(),
                options.rounds(),
                drains,
                claims,
                events,
                sleep,
                idle,
                idleSchedules,
                goals(drains, claims, events, sleep, idle, idleSchedules, stepsGoal),
                Machine.here());
    }

    /** Of what was measured. */
    private static List<Goal> goals(
            List<Drain> drains,
            List<Claims> claims,
            @Nullable EventReport events,
            @Nullable Sleep sleep,
            BenchReport.@Nullable Idle idle,
            BenchReport.@Nullable Idle idleSchedules,
            int stepsGoal) {
        List<Goal> goals = new ArrayList<>();
        drain(drains, DrainCosts.WIDE)
                .ifPresent(
                        drain -> goals.add(Goal.atLeast("drain, limit of 1,000 / no limit", 0.6, drain.ofUnlimited())));
        drain(drains, DrainCosts.KEYS_ONE)
                .ifPresent(drain ->
                        goals.add(Goal.atLeast("drain, 10,000 keys of 1 each / no limit", 0.4, drain.ofUnlimited())));
        drain(drains, DrainCosts.ONE)
                .ifPresent(drain ->
                        goals.add(Goal.atLeast("drain, limit of 1, runs/s", 1_000, (double) drain.runsPerSecond())));
        drain(drains, DrainCosts.STEPS)
                .ifPresent(drain -> goals.add(
                        Goal.atLeast("drain, ten steps each, runs/s", stepsGoal, (double) drain.runsPerSecond())));
        if (!claims.isEmpty()) {
            goals.add(Goal.atMost(
                    "claim of one, 100,000 keys / 10 keys",
                    CLAIM_NOISE,
                    p50(claims, ClaimCosts.MANY_KEYS) / p50(claims, ClaimCosts.FEW_KEYS)));
            goals.add(Goal.atMost(
                    "claim of one, 5,000 queues / 10 queues",
                    CLAIM_NOISE,
                    p50(claims, ClaimCosts.MANY_QUEUES) / p50(claims, ClaimCosts.FEW_QUEUES)));
        }
        if (events != null) {
            goals.addAll(events.goals());
        }
        if (sleep != null) {
            goals.add(Goal.atLeast("runs asleep in 1 GB of heap", 1_000_000, sleep.asleep()));
            goals.add(Goal.atMost("waking 10,000 runs of the same moment, s", 2, sleep.awakeAfterSeconds()));
        }
        if (idle != null && idleSchedules != null) {
            double more = idleSchedules.cpuPercent() - idle.cpuPercent();
            goals.add(Goal.atMost("idle with 10,000 schedules, % of a processor more", IDLE_NOISE, more));
        }
        return goals;
    }

    private static double millis(List<long[]> rounds, double percent) {
        List<Double> all = rounds.stream()
                .map(nanos -> Statistics.percentile(nanos, percent) / 1e6)
                .toList();
        return Statistics.rounded(Statistics.median(all), 3);
    }

    private static Optional<Drain> drain(List<Drain> drains, DrainCosts.Shape shape) {
        return drains.stream()
                .filter(drain -> drain.shape().equals(shape.name()))
                .findFirst();
    }

    private static double p50(List<Claims> claims, ClaimCosts.Backlog backlog) {
        return claims.stream()
                .filter(of -> of.backlog().equals(backlog.name()))
                .findFirst()
                .orElseThrow()
                .p50Ms();
    }

    /** One object. */
    public String json() {
        return JSON.writeValueAsString(this);
    }

    /** For people, in Markdown. */
    public String table() {
        return CostTable.of(this);
    }
}

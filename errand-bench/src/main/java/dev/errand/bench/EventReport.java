package dev.errand.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * What the event log and those who listen to it cost, and how soon they hear.
 *
 * @param drains the first without a log, the second without anybody who listens
 */
public record EventReport(List<Drain> drains, List<Delivery> deliveries) {
    private static final double LOG = 0.9;
    private static final double LISTENERS = 0.8;
    private static final double HERE_MS = 20;
    private static final double THERE_MS = 50;

    /**
     * With so many who listen.
     *
     * @param ofNone its share of the rate when nobody listens
     * @param heardAfterSeconds from the last commit until all had heard of all; 0 if nobody listens
     */
    public record Drain(String listeners, long runsPerSecond, double ofNone, double heardAfterSeconds) {}

    /**
     * From the commit of a run's end until a listener is called.
     *
     * @param perSecond how many runs were triggered
     */
    public record Delivery(int perSecond, double hereP50Ms, double hereP99Ms, double thereP50Ms, double thereP99Ms) {}

    List<CostReport.Goal> goals() {
        List<CostReport.Goal> goals = new ArrayList<>();
        goals.add(CostReport.Goal.atLeast(
                "drain, events written / nothing written to the log",
                LOG,
                1 / drain(EventDrains.NOT_WRITTEN).ofNone()));
        for (EventDrains.Listeners listeners : EventDrains.WITH_GOAL) {
            goals.add(CostReport.Goal.atLeast(
                    "drain, " + listeners.name() + " / nobody listens",
                    LISTENERS,
                    drain(listeners).ofNone()));
        }
        for (Delivery delivery : deliveries) {
            String ends = " end of a run, at %,d/s, p99 in ms, ".formatted(delivery.perSecond());
            goals.add(CostReport.Goal.atMost("heard of the" + ends + "same process", HERE_MS, delivery.hereP99Ms()));
            goals.add(CostReport.Goal.atMost("heard of the" + ends + "another", THERE_MS, delivery.thereP99Ms()));
        }
        return goals;
    }

    private Drain drain(EventDrains.Listeners listeners) {
        return drains.stream()
                .filter(drain -> drain.listeners().equals(listeners.name()))
                .findFirst()
                .orElseThrow();
    }
}

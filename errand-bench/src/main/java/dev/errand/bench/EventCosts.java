package dev.errand.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the event log costs, what listeners cost, and how soon they hear. */
final class EventCosts {
    /** What {@link CostOptions#only} names it by. */
    static final String NAME = "events";

    private static final int WARM_PART = 4;
    private static final List<Integer> PER_SECOND = List.of(100, 2_000);

    private final Stores stores;
    private final CostOptions options;

    private EventCosts(Stores stores, CostOptions options) {
        this.stores = stores;
        this.options = options;
    }

    static EventReport measure(Stores stores, CostOptions options) throws InterruptedException {
        EventCosts costs = new EventCosts(stores, options);
        return new EventReport(costs.drains(), costs.deliveries());
    }

    /** All of them in turn, round by round. */
    private List<EventReport.Drain> drains() throws InterruptedException {
        for (EventDrains.Listeners listeners : EventDrains.ALL) {
            say("warming up, events, " + listeners.name());
            EventDrains.measure(stores, listeners, options.runs() / WARM_PART);
        }
        Map<EventDrains.Listeners, List<EventDrains.Result>> rounds = new LinkedHashMap<>();
        for (int round = 1; round <= options.rounds(); round++) {
            for (EventDrains.Listeners listeners : EventDrains.ALL) {
                say("round %d, events, %s".formatted(round, listeners.name()));
                rounds.computeIfAbsent(listeners, _ -> new ArrayList<>())
                        .add(EventDrains.measure(stores, listeners, options.runs()));
            }
        }
        double none = rate(rounds.getOrDefault(EventDrains.NONE, List.of()));
        List<EventReport.Drain> drains = new ArrayList<>();
        rounds.forEach((listeners, of) -> drains.add(new EventReport.Drain(
                listeners.name(),
                Math.round(rate(of)),
                Statistics.rounded(rate(of) / none, 3),
                Statistics.rounded(
                        Statistics.median(of.stream()
                                .map(EventDrains.Result::heardAfterSeconds)
                                .toList()),
                        3))));
        return drains;
    }

    private static double rate(List<EventDrains.Result> rounds) {
        return Statistics.median(
                rounds.stream().map(EventDrains.Result::runsPerSecond).toList());
    }

    private List<EventReport.Delivery> deliveries() throws InterruptedException {
        List<EventReport.Delivery> deliveries = new ArrayList<>();
        for (int perSecond : PER_SECOND) {
            say("events, hearing of %,d ends a second".formatted(perSecond));
            deliveries.add(Delivery.measure(stores, perSecond, options.scale().span()));
        }
        return deliveries;
    }

    private void say(String what) {
        options.progress().accept(what);
    }
}

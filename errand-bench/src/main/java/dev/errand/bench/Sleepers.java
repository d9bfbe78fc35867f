package dev.errand.bench;

import java.util.List;

/** What runs cost that sleep, and how fast many of them wake up; in a JVM of its own with 1 GB of heap. */
final class Sleepers {
    /** What {@link CostOptions#only} names it by. */
    static final String NAME = "runs asleep";

    private static final List<String> GIGABYTE = List.of("-Xmx1g");

    private Sleepers() {}

    static CostReport.Sleep measure(Stores stores, int asleep, int woken) {
        CostReport.Sleep sleep;
        String[] arguments = {stores.fresh(), String.valueOf(asleep), String.valueOf(woken)};
        try (Child engine = Child.start(GIGABYTE, SleepEngine.class, arguments)) {
            double seconds = engine.ask() / 1e9;
            long bytes = engine.ask();
            double awake = engine.ask() / 1e9;
            sleep = new CostReport.Sleep(
                    asleep, Math.round(asleep / seconds), bytes, woken, Statistics.rounded(awake, 2));
        }
        stores.clear();
        return sleep;
    }
}

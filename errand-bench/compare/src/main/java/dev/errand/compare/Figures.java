package dev.errand.compare;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** What was measured of one engine, in all rounds. */
final class Figures {
    private final Map<Metric, List<Double>> values = new EnumMap<>(Metric.class);
    private final List<String> failures = new ArrayList<>();
    private boolean verified = true;

    void add(Metric metric, double value) {
        values.computeIfAbsent(metric, _ -> new ArrayList<>()).add(value);
    }

    /** The median of the rounds. */
    OptionalDouble median(Metric metric) {
        List<Double> all = values.getOrDefault(metric, List.of());
        return all.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Statistics.median(all));
    }

    Map<Metric, List<Double>> values() {
        return values;
    }

    /** Whether each body ran once, and nothing was left, in all that was drained. */
    boolean verified() {
        return verified;
    }

    void verified(boolean so) {
        verified &= so;
    }

    List<String> failures() {
        return failures;
    }

    void failed(String what) {
        failures.add(what);
    }
}

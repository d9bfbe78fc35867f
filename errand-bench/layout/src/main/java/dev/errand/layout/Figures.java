package dev.errand.layout;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** What was measured of one candidate, in all rounds. */
final class Figures {
    private final Map<Metric, List<Double>> values = new EnumMap<>(Metric.class);
    private final List<String> failures = new ArrayList<>();
    private boolean verified = true;

    void add(Metric metric, double value) {
        values.computeIfAbsent(metric, _ -> new ArrayList<>()).add(value);
    }

    /** The middle one of the rounds, or the mean of the two in the middle. */
    OptionalDouble median(Metric metric) {
        List<Double> all = values.getOrDefault(metric, List.of());
        if (all.isEmpty()) {
            return OptionalDouble.empty();
        }
        double[] sorted = all.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return OptionalDouble.of(sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
    }

    Map<Metric, List<Double>> values() {
        return values;
    }

    /** Whether each run was claimed and ended once, and no key was held twice, in all that was drained. */
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
        verified = false;
    }
}

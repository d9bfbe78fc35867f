package dev.errand.bench;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * How thoroughly to measure what limits, steps, sleep, schedules and events cost.
 *
 * @param runs how many a drain has; a tenth of them under a limit of 1
 * @param rounds of everything in turn, after one to warm up; medians are reported
 * @param scale how large the rest is
 * @param only part of the names of what is measured, of drains, of runs asleep and of events, and nothing else then; empty for
 *     all there is
 * @param progress hears in a few words what is being measured
 */
public record CostOptions(int runs, int rounds, Scale scale, String only, Consumer<String> progress) {
    /**
     * Smaller ones than {@link #USUAL} are for tests: what they report means nothing.
     *
     * @param waiting how many runs wait while single ones are claimed
     * @param claims how many of these
     * @param span how long an idle engine is watched, and those who hear of ends
     * @param asleep how many runs sleep for a day
     * @param woken how many wake up in the same moment
     */
    record Scale(int waiting, int claims, int schedules, Duration span, int asleep, int woken) {
        static final Scale USUAL = new Scale(100_000, 2_000, 10_000, Duration.ofSeconds(20), 1_000_000, 10_000);
    }

    public CostOptions {
        if (runs < 1_000) {
            throw new IllegalArgumentException("runs is " + runs + "; a measurement needs at least 1,000");
        }
        if (rounds < 1) {
            throw new IllegalArgumentException("rounds is " + rounds + "; a measurement needs at least 1");
        }
        if (shapes(only).isEmpty() && !Sleepers.NAME.contains(only) && !EventCosts.NAME.contains(only)) {
            throw new IllegalArgumentException("nothing that is measured has '%s' in its name; there are: %s · %s · %s"
                    .formatted(
                            only,
                            DrainCosts.SHAPES.stream()
                                    .map(DrainCosts.Shape::name)
                                    .collect(Collectors.joining(" · ")),
                            Sleepers.NAME,
                            EventCosts.NAME));
        }
    }

    public static CostOptions of(int runs, int rounds, String only, Consumer<String> progress) {
        return new CostOptions(runs, rounds, Scale.USUAL, only, progress);
    }

    List<DrainCosts.Shape> shapes() {
        return shapes(only);
    }

    private static List<DrainCosts.Shape> shapes(String only) {
        return DrainCosts.SHAPES.stream()
                .filter(shape -> shape.name().contains(only))
                .toList();
    }

    boolean sleepers() {
        return Sleepers.NAME.contains(only);
    }

    boolean events() {
        return EventCosts.NAME.contains(only);
    }

    /** Also claims, and engines without anything to do. */
    boolean everything() {
        return only.isEmpty();
    }
}

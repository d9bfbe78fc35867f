package dev.errand.bench;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * How thoroughly to measure what limits and schedules cost.
 *
 * @param runs how many a drain has; a tenth of them under a limit of 1
 * @param rounds of everything in turn, after one to warm up; medians are reported
 * @param scale how large the rest is
 * @param only part of the names of the drains to measure, and nothing else then; empty for all there is
 * @param progress hears in a few words what is being measured
 */
public record CostOptions(int runs, int rounds, Scale scale, String only, Consumer<String> progress) {
    /**
     * Smaller ones than {@link #USUAL} are for tests: what they report means nothing.
     *
     * @param waiting how many runs wait while single ones are claimed
     * @param claims how many of these
     * @param span how long an idle engine is watched
     */
    record Scale(int waiting, int claims, int schedules, Duration span) {
        static final Scale USUAL = new Scale(100_000, 2_000, 10_000, Duration.ofSeconds(20));
    }

    public CostOptions {
        if (runs < 1_000) {
            throw new IllegalArgumentException("runs is " + runs + "; a measurement needs at least 1,000");
        }
        if (rounds < 1) {
            throw new IllegalArgumentException("rounds is " + rounds + "; a measurement needs at least 1");
        }
    }

    public static CostOptions of(int runs, int rounds, String only, Consumer<String> progress) {
        return new CostOptions(runs, rounds, Scale.USUAL, only, progress);
    }

    /** @throws IllegalArgumentException if none is asked for */
    List<DrainCosts.Shape> shapes() {
        List<DrainCosts.Shape> shapes = DrainCosts.SHAPES.stream()
                .filter(shape -> shape.name().contains(only))
                .toList();
        if (shapes.isEmpty()) {
            throw new IllegalArgumentException("no drain's name contains '%s'; there are: %s"
                    .formatted(
                            only,
                            DrainCosts.SHAPES.stream()
                                    .map(DrainCosts.Shape::name)
                                    .collect(Collectors.joining(" · "))));
        }
        return shapes;
    }
}

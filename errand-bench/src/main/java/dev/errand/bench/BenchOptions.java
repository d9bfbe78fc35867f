package dev.errand.bench;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * What to measure, and where.
 *
 * @param store the URL of a store; the files that are measured lie in a folder beside it, the store itself is never touched
 * @param runs how many runs a bulk trigger and a drain have, at least 1,000
 * @param full whether to drain once more with five million finished and one million delayed runs in the file, which takes minutes
 *     and 8 GB of disk
 * @param progress hears in a few words what is being measured
 */
public record BenchOptions(String store, int runs, boolean full, Scale scale, Consumer<String> progress) {
    /**
     * How long and how large the measurements are that have no number of runs. Smaller ones than {@link #USUAL} are for tests: what
     * they report means nothing.
     *
     * @param rounds of raw and engine in turn, after one to warm up
     * @param span how long latency and idling are watched; one-by-one triggers take a third of it
     * @param heap how many runs are queued, and sleep, while the heap is measured
     * @param schedules how many an engine has that is idle but for them
     */
    record Scale(int rounds, Duration span, int heap, int schedules) {
        static final Scale USUAL = new Scale(3, Duration.ofSeconds(10), 100_000, 10_000);
    }

    public BenchOptions {
        if (runs < 1_000) {
            throw new IllegalArgumentException("runs is " + runs + "; a measurement needs at least 1,000");
        }
    }

    public static BenchOptions defaults() {
        return new BenchOptions("jdbc:sqlite:.errand/errand.db", 400_000, false, Scale.USUAL, text -> {});
    }

    public BenchOptions withStore(String store) {
        return new BenchOptions(store, runs, full, scale, progress);
    }

    public BenchOptions withRuns(int runs) {
        return new BenchOptions(store, runs, full, scale, progress);
    }

    public BenchOptions withFull(boolean full) {
        return new BenchOptions(store, runs, full, scale, progress);
    }

    public BenchOptions withProgress(Consumer<String> progress) {
        return new BenchOptions(store, runs, full, scale, progress);
    }

    BenchOptions withScale(Scale scale) {
        return new BenchOptions(store, runs, full, scale, progress);
    }
}

package dev.errand.bench;

import dev.errand.TriggerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Drains a file that is full of finished and delayed runs beside one that is empty, in turn. */
final class History {
    private static final int FINISHED = 5_000_000;
    private static final int DELAYED = 1_000_000;
    private static final String OLD = "old";
    private static final TriggerOptions TOMORROW = TriggerOptions.none().after(Duration.ofDays(1));

    private History() {}

    static BenchReport.History measure(Arena arena, BenchOptions options) throws InterruptedException {
        Path full = arena.fresh();
        int finished = fill(full, options.runs());
        List<Double> withHistory = new ArrayList<>();
        List<Double> without = new ArrayList<>();
        boolean verified = true;
        for (int i = 0; i <= options.scale().rounds(); i++) {
            Drain.Result empty = round(arena.fresh(), "new" + i, options.runs());
            Drain.Result filled = round(full, "new" + i, options.runs());
            verified &= empty.verified() && filled.verified();
            if (i > 0) { // the first warms up
                without.add(empty.runsPerSecond());
                withHistory.add(filled.runsPerSecond());
            }
        }
        arena.clear();
        double rate = Statistics.median(withHistory);
        double emptyRate = Statistics.median(without);
        return new BenchReport.History(
                Math.round(rate),
                Math.round(emptyRate),
                Statistics.rounded(100 * (1 - rate / emptyRate), 1),
                finished,
                DELAYED,
                verified);
    }

    /** In portions, so that the engine's own work makes the history. Answers how many finished. */
    private static int fill(Path file, int portion) throws InterruptedException {
        BulkTrigger.measure(file, Work.task("later", (number, run) -> {}), DELAYED, TOMORROW);
        int finished = 0;
        for (int i = 0; finished < FINISHED; i++) {
            round(file, OLD + i, portion);
            finished += portion;
        }
        return finished;
    }

    private static Drain.Result round(Path file, String task, int runs) throws InterruptedException {
        BulkTrigger.measure(file, Work.task(task, (number, run) -> {}), runs, TriggerOptions.none());
        return Drain.measure(file, task, runs);
    }
}

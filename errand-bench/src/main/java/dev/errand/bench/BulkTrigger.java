package dev.errand.bench;

import dev.errand.Errand;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Triggers many runs with an engine that does not work: one thread, a thousand runs to a commit, as plain SQL does beside it. */
final class BulkTrigger {
    private BulkTrigger() {}

    /** Triggers so many runs, numbered from 0; answers how many each second. */
    static double measure(Path file, int runs) {
        return measure(file, Work.task((number, run) -> {}), runs, TriggerOptions.none());
    }

    static double measure(Path file, Task<Work.Order, Work.Receipt> task, int runs, TriggerOptions options) {
        List<List<Work.Order>> batches = batches(runs);
        try (Errand errand = Errand.builder()
                .store(Arena.url(file))
                .concurrency(0)
                .tasks(task)
                .open()) {
            long start = System.nanoTime();
            batches.forEach(batch -> errand.triggerAll(task, batch, options));
            return Clocks.perSecond(runs, start);
        }
    }

    private static List<List<Work.Order>> batches(int runs) {
        List<List<Work.Order>> batches = new ArrayList<>();
        for (int from = 0; from < runs; from += RawSql.BATCH) {
            batches.add(Work.orders(from, Math.min(from + RawSql.BATCH, runs)));
        }
        return batches;
    }
}

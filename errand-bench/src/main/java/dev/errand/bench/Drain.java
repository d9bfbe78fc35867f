package dev.errand.bench;

import dev.errand.Errand;
import dev.errand.Page;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Task;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Has an engine of default concurrency carry out what is queued. The time runs from the moment it is given the code of the task, so
 * from its first claim, until all outcomes are recorded.
 */
final class Drain {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    /**
     * What came of it.
     *
     * @param cpuMicros of processor time for each run, by all threads of the process
     * @param verified whether each body ran exactly once and each run is COMPLETED
     */
    record Result(double runsPerSecond, double cpuMicros, boolean verified) {}

    private Drain() {}

    static Result measure(Path file, int runs) throws InterruptedException {
        return measure(file, Work.TASK, runs);
    }

    /** Carries out the runs of the task, numbered from 0, that are queued in the file. */
    static Result measure(Path file, String taskId, int runs) throws InterruptedException {
        Tally tally = new Tally(runs);
        Task<Work.Order, Work.Receipt> task = Work.task(taskId, (number, run) -> tally.ran(number, run.id()));
        try (Errand errand = Errand.builder().store(Arena.url(file)).open()) {
            long cpu = Clocks.processorNanos();
            long start = System.nanoTime();
            errand.add(task);
            tally.awaitAll(PATIENCE);
            awaitRecorded(errand, tally);
            double perSecond = Clocks.perSecond(runs, start);
            double cpuMicros = (Clocks.processorNanos() - cpu) / 1e3 / runs;
            return new Result(perSecond, cpuMicros, tally.eachOnce() && allCompleted(errand, taskId, runs));
        }
    }

    /** By looking at the last ones: to be told of each run's end would be work that a drain need not do. */
    private static void awaitRecorded(Errand errand, Tally tally) {
        for (RunId id : tally.last()) {
            Run<?> run = errand.run(id);
            while (!run.isFinished()) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
    }

    private static boolean allCompleted(Errand errand, String taskId, int runs) {
        RunQuery query = RunQuery.all().tasks(taskId).limit(1_000);
        int completed = 0;
        @Nullable String next;
        do {
            Page<RunInfo> page = errand.runs(query);
            for (RunInfo run : page.items()) {
                if (run.state() != RunState.COMPLETED || run.attempt() != 1) {
                    return false;
                }
                completed++;
            }
            next = page.cursor();
            query = next == null ? query : query.after(next);
        } while (next != null);
        return completed == runs;
    }
}

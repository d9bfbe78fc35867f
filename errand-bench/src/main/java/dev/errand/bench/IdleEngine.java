package dev.errand.bench;

import dev.errand.Errand;
import dev.errand.Schedule;
import dev.errand.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The process that {@link Idle} watches: an engine that has run a task and waits for more. Says how much processor time it took. */
final class IdleEngine {
    private static final int THREADS = 64;

    private IdleEngine() {}

    /** Due in many years, all at different times. */
    private static void schedule(Errand errand, Task<?, ?> task, int schedules) throws InterruptedException {
        Schedule yearly = Schedule.cron("0 0 1 1 *")
                .start(Instant.now().plus(Duration.ofDays(3_650)))
                .spread(Duration.ofDays(1))
                .payload(Work.order(1));
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int i = 0; i < schedules; i++) {
                String key = "schedule-" + i;
                threads.execute(() -> errand.schedules().put(key, task, yearly));
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        Task<Work.Order, Work.Receipt> task = Work.task((number, run) -> {});
        try (Errand errand = Errand.open(arguments[0], task)) {
            errand.trigger(task, Work.order(1)).await(Duration.ofSeconds(30));
            schedule(errand, task, Integer.parseInt(arguments[1]));
            while (System.in.read() >= 0) {
                System.out.println(Clocks.threadNanos());
            }
        }
    }
}

package dev.errand.bench;

import dev.errand.Errand;
import dev.errand.Task;
import java.time.Duration;

/** The process that {@link Idle} watches: an engine that has run a task and waits for more. Says how much processor time it took. */
final class IdleEngine {
    private IdleEngine() {}

    public static void main(String[] arguments) throws Exception {
        Task<Work.Order, Work.Receipt> task = Work.task((number, run) -> {});
        try (Errand errand = Errand.open(arguments[0], task)) {
            errand.trigger(task, Work.order(1)).await(Duration.ofSeconds(30));
            while (System.in.read() >= 0) {
                System.out.println(ProcessorClock.nanos());
            }
        }
    }
}

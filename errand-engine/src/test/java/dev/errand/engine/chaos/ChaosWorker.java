package dev.errand.engine.chaos;

import dev.errand.Errand;
import dev.errand.Retry;
import dev.errand.Task;
import dev.errand.engine.chaos.Entry.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Random;

/** A process that works until it is killed. Its bodies fail now and then, and most take up to 40 ms, a few a second. */
final class ChaosWorker {
    /** What a body is asked to do: which seed decides how it behaves. */
    record Work(long seed) {}

    private ChaosWorker() {}

    static Task<Work, String> task(Logbook logbook) {
        return Task.named("chaos", Work.class, String.class)
                .retry(Retry.fixed(Duration.ofMillis(20)).attempts(5))
                .run((work, run) -> {
                    logbook.add(Kind.BEGAN, 0, run.id(), String.valueOf(run.attempt()));
                    Random random = new Random(work.seed());
                    if (random.nextInt(3) == 0) {
                        run.emit(run.attempt());
                        run.log().info("attempt {}", run.attempt());
                    }
                    if (random.nextInt(4) == 0) {
                        Thread.sleep(random.nextInt(40));
                    }
                    if (random.nextInt(100) == 0) {
                        Thread.sleep(1_000);
                    }
                    if (random.nextInt(10) == 0 && run.attempt() == 1) {
                        throw new IOException("the first attempt fails");
                    }
                    logbook.add(Kind.ENDED, 0, run.id(), String.valueOf(run.attempt()));
                    return "done " + work.seed();
                });
    }

    /** Argument: the store's URL. */
    public static void main(String[] arguments) throws Exception {
        try (Errand errand = Errand.builder()
                .store(arguments[0])
                .tasks(task(Logbook.ofThisProcess()))
                .concurrency(8)
                .open()) {
            System.out.println("working with " + errand.concurrency());
            System.in.transferTo(OutputStream.nullOutputStream()); // ends with the parent
        }
    }
}

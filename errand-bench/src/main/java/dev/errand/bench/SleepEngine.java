package dev.errand.bench;

import dev.errand.Errand;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * The process that {@link Sleepers} asks: runs fall asleep in it, and some more of them wake up in the same moment. Says how long the first
 * took to fall asleep, by how many bytes the used heap has grown by then, and how long after that moment the last body went on.
 */
final class SleepEngine {
    /** So many bodies are under way at a time, so that their steps share commits. */
    private static final int AT_A_TIME = 1_000;

    private static final int BATCH = 1_000;
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration TO_FALL_ASLEEP = Duration.ofSeconds(5);

    /** What wakes together. */
    record Nap(int number, Instant until) {}

    private final Errand errand;
    private final Task<Nap, Work.Receipt> task;
    private volatile CountDownLatch up = new CountDownLatch(0);

    private SleepEngine(String url) {
        task = Task.named("nap", Nap.class, Work.Receipt.class).run((nap, run) -> {
            run.sleepUntil("night", nap.until());
            up.countDown();
            return new Work.Receipt(nap.number(), true);
        });
        errand = Errand.builder().store(url).concurrency(AT_A_TIME).tasks(task).open();
    }

    public static void main(String[] arguments) throws InterruptedException {
        SleepEngine engine = new SleepEngine(arguments[0]);
        long before = HeapEngine.used();
        long start = System.nanoTime();
        engine.fallAsleep(Integer.parseInt(arguments[1]), Instant.now().plus(DAY));
        say(System.nanoTime() - start);
        say(HeapEngine.used() - before);
        say(engine.wake(Integer.parseInt(arguments[2])));
        Runtime.getRuntime().halt(0);
    }

    private static void say(long number) {
        System.out.println(number);
        System.out.flush();
    }

    /** Once all of them sleep, in time: else more of them try it with more time. */
    private long wake(int runs) throws InterruptedException {
        for (Duration lead = TO_FALL_ASLEEP; ; lead = lead.multipliedBy(2)) {
            Instant dawn = Instant.now().plus(lead);
            up = new CountDownLatch(runs);
            fallAsleep(runs, dawn);
            boolean inTime = Instant.now().isBefore(dawn);
            up.await();
            if (inTime) {
                return Duration.between(dawn, Instant.now()).toNanos();
            }
        }
    }

    private void fallAsleep(int runs, Instant until) {
        for (int from = 0; from < runs; from += BATCH) {
            List<Nap> naps = new ArrayList<>();
            for (int number = from; number < Math.min(from + BATCH, runs); number++) {
                naps.add(new Nap(number, until));
            }
            errand.triggerAll(task, naps);
        }
        RunQuery awake =
                RunQuery.all().states(RunState.QUEUED, RunState.EXECUTING).limit(1);
        while (!errand.runs(awake).items().isEmpty()) {
            Clocks.pass(LOOK);
        }
    }
}

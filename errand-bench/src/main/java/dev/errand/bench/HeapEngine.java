package dev.errand.bench;

import dev.errand.Errand;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Task;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The process that {@link Heap} asks: says by how many bytes the used heap has grown since the engine was opened. */
final class HeapEngine {
    static final String QUEUED = "queued";
    static final String SLEEPING = "sleeping";

    private static final int BATCH = 1_000;
    private static final int LARGE = 10_000;
    private static final Duration LOOK = Duration.ofMillis(20);

    /** A payload of 10 KB. */
    record Parcel(String content) {}

    private HeapEngine() {}

    public static void main(String[] arguments) throws Exception {
        int runs = Integer.parseInt(arguments[2]);
        long bytes = arguments[0].equals(QUEUED) ? queued(arguments[1], runs) : sleeping(arguments[1], runs);
        System.out.println(bytes);
        System.out.flush();
        Runtime.getRuntime().halt(0); // the bodies would not let the engine close
    }

    /** Triggered by this engine, which works but whose slots are all taken. */
    private static long queued(String url, int runs) throws InterruptedException {
        int slots = 10 * Runtime.getRuntime().availableProcessors();
        CountDownLatch taken = new CountDownLatch(slots);
        Task<Parcel, Work.Receipt> task = Task.named("parcel", Parcel.class, Work.Receipt.class)
                .run((parcel, run) -> {
                    taken.countDown();
                    Thread.sleep(Duration.ofDays(1));
                    return new Work.Receipt(0, true);
                });
        Errand errand =
                Errand.builder().store(url).concurrency(slots).tasks(task).open();
        Parcel parcel = new Parcel("x".repeat(LARGE));
        trigger(errand, task, Collections.nCopies(slots, parcel));
        taken.await();
        long before = used();
        trigger(errand, task, Collections.nCopies(runs, parcel));
        return used() - before;
    }

    /** Bodies in {@code Thread.sleep}, all at once. */
    private static long sleeping(String url, int runs) throws InterruptedException {
        CountDownLatch asleep = new CountDownLatch(runs);
        Task<Work.Order, Work.Receipt> task = Work.task((number, run) -> {
            asleep.countDown();
            Thread.sleep(Duration.ofDays(1));
        });
        Errand errand =
                Errand.builder().store(url).concurrency(runs).tasks(task).open();
        long before = used();
        trigger(errand, task, new ArrayList<>(Work.orders(0, runs)));
        asleep.await();
        RunQuery notRecorded = RunQuery.all().states(RunState.QUEUED).limit(1);
        while (!errand.runs(notRecorded).items().isEmpty()) {
            Clocks.pass(LOOK);
        }
        return used() - before;
    }

    private static <P> void trigger(Errand errand, Task<P, Work.Receipt> task, List<P> payloads) {
        for (int from = 0; from < payloads.size(); from += BATCH) {
            errand.triggerAll(task, payloads.subList(from, Math.min(from + BATCH, payloads.size())));
        }
    }

    /** After a collection. */
    static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}

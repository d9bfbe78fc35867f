package dev.errand.store.sqlite;

import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRun;
import dev.errand.store.Report;
import dev.errand.store.RunOptions;
import dev.errand.store.Store;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * How fast the store is by itself, without an engine: a program, not a test. Arguments: a folder for the database, and how many
 * runs each round takes.
 */
final class StoreBench {
    private static final byte[] PAYLOAD = ("{\"text\":\"" + "x".repeat(109) + "\"}").getBytes(StandardCharsets.UTF_8);
    private static final byte[] OUTPUT = "null".getBytes(StandardCharsets.UTF_8);
    private static final Set<String> TASKS = Set.of("bench");

    private final Store store;
    private final int runs;

    private StoreBench(Store store, int runs) {
        this.store = store;
        this.runs = runs;
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = arguments.length > 0 ? Path.of(arguments[0]) : Files.createTempDirectory("errand-bench");
        int runs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 300_000;
        int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5;
        Path file = folder.resolve("errand.db");
        try (Store store = SqliteStore.open(Location.of(Location.PREFIX + file), Clock.systemUTC())) {
            store.join("bench", 1);
            StoreBench bench = new StoreBench(store, runs);
            for (int round = 1; round <= rounds; round++) {
                bench.round(round);
            }
        }
        System.out.printf("%d bytes per run%n", Files.size(file) / ((long) runs * rounds + 1));
    }

    private void round(int round) {
        int few = runs / 6;
        measure(round, "bulk", runs, this::bulk);
        measure(round, "claim and record", runs, () -> drain(runs));
        measure(round, "16 threads", few, () -> threads(16, few));
        drain(few);
    }

    /** The processor's time tells more than the clock's on a machine that does other things as well. */
    private static void measure(int round, String what, int count, Runnable work) {
        long cpu = cpu();
        long start = System.nanoTime();
        work.run();
        System.out.printf(
                "round %d, %s: %,.0f/s, %.2f µs of processor time each%n",
                round, what, count * 1e9 / (System.nanoTime() - start), (cpu() - cpu) / 1e3 / count);
    }

    private static long cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private void bulk() {
        for (int done = 0; done < runs; done += 10_000) {
            store.enqueue(newRuns(10_000));
        }
    }

    private static List<NewRun> newRuns(int count) {
        List<NewRun> batch = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            batch.add(newRun());
        }
        return batch;
    }

    private static NewRun newRun() {
        Instant now = Instant.now();
        return new NewRun(RunId.next(), "bench", null, List.of(), PAYLOAD, now, now, 0, null, RunOptions.NONE);
    }

    private void drain(int count) {
        CompletableFuture<?> recorded = CompletableFuture.completedFuture(0);
        for (int done = 0; done < count; ) {
            List<Claim> claims = store.claim(new ClaimRequest(1000, TASKS))
                    .toCompletableFuture()
                    .join();
            List<Report> reports = new ArrayList<>(claims.size());
            for (Claim claim : claims) {
                Instant now = Instant.now();
                reports.add(new Report.Ended(claim, RunState.COMPLETED, now, now, OUTPUT, null, null, false));
            }
            recorded = store.record(reports).toCompletableFuture();
            done += claims.size();
        }
        recorded.join();
    }

    private void threads(int threads, int count) {
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            all.add(Thread.ofPlatform().start(() -> {
                for (int k = 0; k < count / threads; k++) {
                    store.enqueue(List.of(newRun()));
                }
            }));
        }
        all.forEach(StoreBench::join);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

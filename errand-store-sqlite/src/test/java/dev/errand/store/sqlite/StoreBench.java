package dev.errand.store.sqlite;

import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRun;
import dev.errand.store.Report;
import dev.errand.store.RunOptions;
import dev.errand.store.Store;
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

    private void round(int round) throws InterruptedException {
        double bulk = bulk();
        double drain = drain(runs);
        int few = runs / 6;
        double single = threads(16, few);
        drain(few);
        System.out.printf(
                "round %d: bulk %,.0f/s, claim and record %,.0f/s, 16 threads %,.0f/s%n", round, bulk, drain, single);
    }

    private double bulk() {
        long start = System.nanoTime();
        for (int done = 0; done < runs; done += 10_000) {
            store.enqueue(newRuns(10_000));
        }
        return perSecond(runs, start);
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

    private double drain(int count) {
        long start = System.nanoTime();
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
        return perSecond(count, start);
    }

    private double threads(int threads, int count) throws InterruptedException {
        long start = System.nanoTime();
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            all.add(Thread.ofPlatform().start(() -> {
                for (int k = 0; k < count / threads; k++) {
                    store.enqueue(List.of(newRun()));
                }
            }));
        }
        for (Thread thread : all) {
            thread.join();
        }
        return perSecond(count, start);
    }

    private static double perSecond(int count, long start) {
        return count * 1e9 / (System.nanoTime() - start);
    }
}

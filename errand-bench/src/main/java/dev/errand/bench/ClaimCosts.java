package dev.errand.bench;

import dev.errand.Errand;
import dev.errand.Limits;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.Store;
import dev.errand.store.StoreProvider;
import dev.errand.store.StoreSettings;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * How long the claim of one run takes, from the store, without an engine: where as many runs wait in few keys or queues and in many.
 * Each run ends before the next is claimed.
 */
final class ClaimCosts {
    private static final int BATCH = 1_000;
    /** A node is taken for dead that says nothing for longer than these take. */
    private static final int BEAT = 100;

    private static final long PATIENCE_SECONDS = 60;

    /**
     * What waits.
     *
     * @param keys 0 for none
     */
    record Backlog(String name, int keys, int queues) {}

    static final Backlog FEW_KEYS = new Backlog("10 keys", 10, 1);
    static final Backlog MANY_KEYS = new Backlog("100,000 keys", 100_000, 1);
    static final Backlog FEW_QUEUES = new Backlog("10 queues", 0, 10);
    static final Backlog MANY_QUEUES = new Backlog("5,000 queues", 0, 5_000);
    static final List<Backlog> BACKLOGS = List.of(FEW_KEYS, MANY_KEYS, FEW_QUEUES, MANY_QUEUES);

    private ClaimCosts() {}

    /**
     * Nanoseconds of each claim.
     *
     * @param waiting how many runs wait at least
     * @param claims how many are measured, after a quarter as many to warm up
     */
    static long[] measure(String url, Backlog backlog, int waiting, int claims) throws Exception {
        int warm = claims / 4;
        fill(url, backlog, waiting + warm + claims);
        long[] nanos = new long[claims];
        try (Store store = open(url)) {
            store.join("bench", 1);
            ClaimRequest one = new ClaimRequest(1, Set.of(Work.TASK));
            for (int i = -warm; i < claims; i++) {
                long start = System.nanoTime();
                Claim claim = await(store.claim(one)).getFirst();
                if (i >= 0) {
                    nanos[i] = System.nanoTime() - start;
                }
                end(store, claim);
                if (i % BEAT == 0) {
                    store.beat();
                }
            }
        }
        return nanos;
    }

    private static void fill(String url, Backlog backlog, int runs) {
        Limits limits = backlog.keys() > 0
                ? Limits.none().concurrencyPerKey(1)
                : Limits.none().concurrency(1);
        TaskQueue[] queues = IntStream.range(0, backlog.queues())
                .mapToObj(i -> TaskQueue.named("queue-" + i).limits(limits))
                .toArray(TaskQueue[]::new);
        Task<Work.Order, Work.Receipt> task = Work.task((number, run) -> {});
        try (Errand errand = Errand.builder()
                .store(url)
                .concurrency(0)
                .tasks(task)
                .queues(queues)
                .open()) {
            for (int from = 0; from < runs; from += BATCH) {
                List<TriggerRequest> batch = new ArrayList<>();
                for (int number = from; number < Math.min(from + BATCH, runs); number++) {
                    TriggerOptions options = TriggerOptions.none().queue("queue-" + number % backlog.queues());
                    batch.add(new TriggerRequest(
                            task.id(),
                            Work.order(number),
                            backlog.keys() == 0 ? options : options.concurrencyKey("key-" + number % backlog.keys())));
                }
                errand.triggerAll(batch);
            }
        }
    }

    private static Store open(String url) {
        return open(new StoreSettings(url, null, Map.of(), Clock.systemUTC()));
    }

    static Store open(StoreSettings settings) {
        return ServiceLoader.load(StoreProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.accepts(settings.url()))
                .findFirst()
                .orElseThrow()
                .open(settings);
    }

    private static void end(Store store, Claim claim) throws Exception {
        Instant now = store.clock().instant();
        byte[] output = "true".getBytes(StandardCharsets.UTF_8);
        Report end = new Report.Ended(claim, RunState.COMPLETED, now, now, output, null, null, false);
        Receipt receipt = await(store.record(List.of(end))).getFirst();
        if (receipt != Receipt.RECORDED) {
            throw new IllegalStateException("a claim was lost while nobody else was there");
        }
    }

    private static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}

package dev.errand.store;

import dev.errand.RunId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Many trigger with few keys at the same time, while runs fail and keys are reset; it is written down who was told what, and when. */
final class KeyRace {
    static final int KEYS = 3;
    private static final int CALLERS = 6;
    private static final int CALLS = 80;

    /** From when something was asked for until it was answered: it happened in between. */
    private record Span(long from, long to) {
        boolean isBefore(Span other) {
            return to < other.from;
        }
    }

    private record Answer(int key, RunId run, boolean hit, Span span) {}

    private record Reset(int key, Span span) {}

    private final StoreTest test;
    private final List<Store> stores;
    private final Store worker;
    private final long seed;
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final Queue<Reset> resets = new ConcurrentLinkedQueue<>();
    private final Map<RunId, Span> failures = new ConcurrentHashMap<>();
    private volatile boolean over;

    /** The worker is a node. */
    KeyRace(StoreTest test, List<Store> stores, Store worker, long seed) {
        this.test = test;
        this.stores = stores;
        this.worker = worker;
        this.seed = seed;
    }

    void run() throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            Future<?> work = threads.submit(this::work);
            List<Future<?>> calls = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                KeyStore keys = stores.get(caller % stores.size()).keys();
                Random random = new Random(seed + caller);
                calls.add(threads.submit(() -> call(keys, random)));
            }
            try {
                for (Future<?> one : calls) {
                    one.get();
                }
            } finally {
                over = true;
            }
            work.get();
        }
    }

    private void call(KeyStore keys, Random random) {
        for (int i = 0; i < CALLS; i++) {
            int key = random.nextInt(KEYS);
            long from = System.nanoTime();
            if (random.nextInt(12) == 0) {
                if (keys.reset(StoreTest.GREET, KeyHash.of("k" + key))) {
                    resets.add(new Reset(key, new Span(from, System.nanoTime())));
                }
            } else {
                KeyedRun run =
                        KeyedRuns.of(StoreTest.GREET, test.clock).key("k" + key).build();
                KeyStore.Stored stored = keys.enqueue(List.of(run)).getFirst();
                answers.add(new Answer(key, stored.run(), stored.hit(), new Span(from, System.nanoTime())));
            }
        }
    }

    /** Three of four runs fail. */
    private void work() {
        Random random = new Random(seed - 1);
        @Nullable CompletableFuture<List<Claim>> request = null;
        while (!over) {
            if (request == null) {
                request = worker.claim(new ClaimRequest(2, Set.of(StoreTest.GREET)))
                        .toCompletableFuture();
            }
            try {
                for (Claim claim : request.get(20, TimeUnit.MILLISECONDS)) {
                    end(claim, random.nextInt(4) == 0);
                }
                request = null;
            } catch (TimeoutException e) {
                // All keys are held by runs that completed, until somebody resets one.
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void end(Claim claim, boolean completes) {
        long from = System.nanoTime();
        Report report = completes ? test.completed(claim) : test.failed(claim, false);
        StoreTest.await(worker.record(List.of(report)));
        if (!completes) {
            failures.put(claim.run(), new Span(from, System.nanoTime()));
        }
    }

    // ── what was said

    long freshRuns() {
        return answers.stream().filter(answer -> !answer.hit()).count();
    }

    /** What no order of the calls explains in which a key has one holder at a time. */
    List<String> violations() {
        List<String> violations = new ArrayList<>();
        for (int key = 0; key < KEYS; key++) {
            int own = key;
            List<Answer> all =
                    answers.stream().filter(answer -> answer.key() == own).toList();
            List<Answer> fresh = all.stream().filter(answer -> !answer.hit()).toList();
            for (int i = 0; i < fresh.size(); i++) {
                for (Answer other : fresh.subList(i + 1, fresh.size())) {
                    if (!mayFollow(fresh.get(i), other) && !mayFollow(other, fresh.get(i))) {
                        violations.add("two hold key %d: %s and %s".formatted(key, fresh.get(i), other));
                    }
                }
            }
            all.stream().filter(Answer::hit).forEach(hit -> checkHit(hit, fresh, violations));
        }
        return violations;
    }

    /** Whether the second may have got the key after the first had lost it. */
    private boolean mayFollow(Answer first, Answer second) {
        Span failure = failures.get(first.run());
        boolean failed = failure != null && !second.span().isBefore(failure);
        boolean reset = resets.stream()
                .filter(one -> one.key() == first.key())
                .anyMatch(one ->
                        !one.span().isBefore(first.span()) && !second.span().isBefore(one.span()));
        return !second.span().isBefore(first.span()) && (failed || reset);
    }

    private void checkHit(Answer hit, List<Answer> fresh, List<String> violations) {
        boolean known = fresh.stream()
                .anyMatch(
                        answer -> answer.run().equals(hit.run()) && !hit.span().isBefore(answer.span()));
        if (!known) {
            violations.add("nobody was told of it before as a new run: " + hit);
        }
        Span failure = failures.get(hit.run());
        if (failure != null && failure.isBefore(hit.span())) {
            violations.add("it had failed: " + hit);
        }
    }
}

package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Limits;
import dev.errand.RunId;
import dev.errand.RunState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Limits through long histories: whatever is triggered, cancelled, paused, changed, and whoever dies. */
public abstract class LimitHistoryConformance extends StoreTest {
    private static final List<String> TASKS = List.of("greet", "other");
    private static final List<String> QUEUES = List.of("a", "b");

    private final Map<Store, List<Claim>> nodes = new LinkedHashMap<>();
    private final Map<Store, List<Claim>> lingering = new LinkedHashMap<>();
    private final LimitModel model = new LimitModel();
    private final Set<RunId> runs = new HashSet<>();
    private final List<RunId> waiting = new ArrayList<>();
    private Random random = new Random();
    private int joined;

    private void node() {
        nodes.put(openNode("node " + ++joined), new ArrayList<>());
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private Limits limits() {
        Limits limits = Limits.none();
        if (random.nextInt(3) > 0) {
            limits = limits.concurrency(random.nextInt(5));
        }
        if (random.nextInt(3) == 0) {
            limits = limits.concurrencyPerKey(1 + random.nextInt(2));
        }
        return limits;
    }

    private void declare(String name, Limits limits) {
        store.queues().declare(List.of(new QueueEntry(name, limits)));
        model.rules.computeIfAbsent(name, one -> new LimitModel.Rule(one, limits)).base = limits;
    }

    static LongStream seeds() {
        return Seeds.few();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theLimitsHoldAtEveryInstant(long seed) {
        random = new Random(seed);
        QUEUES.forEach(queue -> declare(queue, limits()));
        TASKS.forEach(task -> declare("task/" + task, limits()));
        node();
        node();
        Seeds.steps(seed, 400, this::step);
        Seeds.steps(seed, 1, this::settle);
    }

    private void step() {
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3 -> trigger();
            case 4, 5, 6, 7 -> take(pick(List.copyOf(nodes.keySet())), 1 + random.nextInt(8));
            case 8, 9, 10, 11, 12, 13 -> report(pick(List.copyOf(nodes.keySet())));
            case 14 -> {
                cancel();
                leave();
            }
            case 15 -> pause(pick(List.copyOf(model.rules.values())), random.nextBoolean());
            case 16, 17 -> override(pick(List.copyOf(model.rules.values())));
            case 18 -> {
                clock.advance(Duration.ofSeconds(1));
                nodes.keySet().forEach(Store::beat);
                nodes.keySet().forEach(Store::recover);
                store.advance();
            }
            default -> {
                if (random.nextInt(5) == 0) {
                    dieAndRecover();
                }
            }
        }
    }

    private void trigger() {
        @Nullable String queue = random.nextInt(4) == 0 ? null : pick(QUEUES);
        int count = 1 + random.nextInt(6);
        List<NewRun> news = new ArrayList<>();
        @Nullable String key = random.nextInt(3) == 0 ? null : "k" + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            news.add(NewRuns.of(pick(TASKS), clock)
                    .priority(random.nextInt(3))
                    .options(RunOptions.NONE.withQueue(queue).withConcurrencyKey(key))
                    .build());
        }
        store.enqueue(news);
        news.forEach(run -> {
            runs.add(run.id());
            waiting.add(run.id());
        });
    }

    private void take(Store node, int max) {
        CompletionStage<List<Claim>> request = node.claim(new ClaimRequest(max, 4, Set.copyOf(TASKS)));
        node.removeTask("no such task"); // so that the request has been looked at
        node.claim(new ClaimRequest(1, Set.of("no such task")));
        List<Claim> claims = await(request);
        model.claimed(claims);
        nodes.computeIfAbsent(node, none -> new ArrayList<>()).addAll(claims);
    }

    private void report(Store node) {
        List<Claim> held = nodes.getOrDefault(node, List.of());
        if (held.isEmpty()) {
            return;
        }
        Claim claim = pick(held);
        Report report = switch (random.nextInt(7)) {
            case 6 -> new Report.Lingers(ended(claim, RunState.TIMED_OUT, null, false));
            case 0 -> new Report.Started(claim, clock.instant());
            case 1 -> new Report.Released(claim);
            case 2 -> retried(claim, Duration.ofSeconds(random.nextInt(3)));
            default -> completed(claim);
        };
        assertThat(await(node.record(List.of(report)))).containsExactly(Receipt.RECORDED);
        if (!(report instanceof Report.Started)) {
            held.remove(claim);
            model.givenUp(claim.run());
        }
        if (report instanceof Report.Lingers) {
            lingering.computeIfAbsent(node, none -> new ArrayList<>()).add(claim);
            model.lingers(claim);
        }
    }

    private void leave() {
        lingering.forEach((node, claims) -> {
            Claim claim = claims.removeFirst();
            await(node.record(List.of(new Report.Left(claim))));
            model.left(claim);
        });
        lingering.values().removeIf(List::isEmpty);
    }

    private void cancel() {
        if (!waiting.isEmpty()) {
            store.cancel(pick(waiting), "by chance");
        }
    }

    private void pause(LimitModel.Rule rule, boolean paused) {
        assertThat(store.queues().pause(rule.name, paused)).isTrue();
        rule.paused = paused;
    }

    private void override(LimitModel.Rule rule) {
        Limits limits = random.nextBoolean() ? limits() : null;
        assertThat(store.queues().override(rule.name, limits)).isTrue();
        rule.override = limits;
    }

    private void dieAndRecover() {
        Store victim = pick(List.copyOf(nodes.keySet()));
        List<Claim> held = nodes.remove(victim);
        kill(victim);
        node();
        nodes.keySet().forEach(Store::recover);
        if (held != null) {
            held.forEach(claim -> model.givenUp(claim.run()));
        }
        List<Claim> deaf = lingering.remove(victim);
        if (deaf != null) {
            deaf.forEach(model::left);
        }
    }

    /** Without limits all come to their end, and nothing is taken by what is gone. */
    private void settle() {
        for (LimitModel.Rule rule : model.rules.values()) {
            pause(rule, false);
            declare(rule.name, Limits.none());
            store.queues().override(rule.name, null);
            rule.override = null;
        }
        while (!lingering.isEmpty()) {
            leave();
        }
        clock.advance(Duration.ofSeconds(5));
        nodes.keySet().forEach(Store::beat);
        Set<RunState> open = Set.of(RunState.QUEUED, RunState.DELAYED, RunState.RETRYING, RunState.EXECUTING);
        for (int round = 0; round < 50 && !runs.isEmpty(); round++) {
            store.advance();
            for (Store node : List.copyOf(nodes.keySet())) {
                List<Claim> held = nodes.getOrDefault(node, List.of());
                for (Claim claim : List.copyOf(held)) {
                    await(node.record(List.of(completed(claim))));
                    held.remove(claim);
                    model.givenUp(claim.run());
                }
                take(node, 200);
            }
            runs.removeIf(run -> !open.contains(state(run)));
        }
        assertThat(runs).as("runs that never come to their end").isEmpty();
        assertThat(store.queues().all())
                .allSatisfy(queue -> assertThat(queue.claimed() + queue.lingering())
                        .as(queue.name())
                        .isZero());
    }

    // ── at the same time

    @Test
    void nodesThatClaimAtTheSameTimeKeepTheLimitsWhileOneDies() throws InterruptedException {
        store.join("first", 1);
        declare("a", Limits.none().concurrency(3));
        declare("b", Limits.none().concurrencyPerKey(1));
        int count = 400;
        List<NewRun> news = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            @Nullable String key = i % 2 == 0 ? null : "k" + i % 10;
            RunOptions options =
                    RunOptions.NONE.withQueue(i % 2 == 0 ? "a" : "b").withConcurrencyKey(key);
            news.add(NewRuns.of(GREET, clock).options(options).build());
        }
        store.enqueue(news.subList(0, count / 2));
        for (NewRun run : news.subList(count / 2, count)) {
            store.enqueue(List.of(run));
        }
        Store victim = openNode("victim");
        List<Claim> lost = await(victim.claim(new ClaimRequest(2, 4, Set.of(GREET))));
        Race race = new Race();
        lost.forEach(race::begin);
        race.run(number -> openNode("racer " + number), 3, count, () -> {
            lost.forEach(race::end);
            kill(victim);
            store.recover();
        });
        assertThat(race.broken).isEmpty();
        assertThat(race.ended).hasValue(count);
    }

    /** Nodes that execute what they claim, each on a thread, and count who else does. */
    private final class Race {
        final Map<String, AtomicInteger> executing = new ConcurrentHashMap<>();
        final Set<String> broken = ConcurrentHashMap.newKeySet();
        final AtomicInteger ended = new AtomicInteger();
        final AtomicBoolean over = new AtomicBoolean();

        void run(IntFunction<Store> opener, int racers, int count, Runnable inTheMiddle) throws InterruptedException {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < racers; i++) {
                Store node = opener.apply(i);
                threads.add(Thread.ofPlatform().start(() -> work(node, count)));
            }
            long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
            while (ended.get() < count / 4 && broken.isEmpty() && System.nanoTime() < deadline) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
            inTheMiddle.run();
            for (Thread thread : threads) {
                thread.join(300_000);
            }
            over.set(true);
        }

        private void work(Store node, int count) {
            @Nullable CompletableFuture<List<Claim>> request = null;
            while (ended.get() < count && !over.get()) {
                if (request == null) {
                    request = node.claim(new ClaimRequest(20, 4, Set.of(GREET))).toCompletableFuture();
                }
                List<Claim> claims;
                try {
                    claims = request.get(100, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    continue; // others may have ended the last
                } catch (InterruptedException | ExecutionException e) {
                    broken.add(String.valueOf(e));
                    return;
                }
                request = null;
                for (Claim claim : claims) { // all at once, as far as they may
                    begin(claim);
                }
                for (Claim claim : claims) {
                    end(claim);
                    await(node.record(List.of(completed(claim))));
                    ended.incrementAndGet();
                }
            }
        }

        /** Of a share only so many begin as it may execute. */
        private void begin(Claim claim) {
            if (claim.share() == null) {
                String slot = slot(claim);
                int limit = slot.startsWith("a") ? 3 : 1;
                if (executing.computeIfAbsent(slot, one -> new AtomicInteger()).incrementAndGet() > limit) {
                    broken.add(slot);
                }
            }
        }

        private void end(Claim claim) {
            if (claim.share() == null) {
                executing
                        .computeIfAbsent(slot(claim), one -> new AtomicInteger())
                        .decrementAndGet();
            }
        }

        private String slot(Claim claim) {
            return "a".equals(claim.options().queue())
                    ? "a"
                    : "b " + claim.options().concurrencyKey();
        }
    }
}

package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
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

/** Limits through long histories: whatever is triggered, cancelled, paused, changed, and whoever dies; see {@link LimitHistory}. */
public abstract class LimitHistoryConformance extends StoreTest {
    private static final int STEPS = Seeds.isFull() ? 3_000 : 250;

    static LongStream seeds() {
        return Seeds.isFull() ? Seeds.many() : Seeds.few();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theLimitsHoldAtEveryInstant(long seed) {
        LimitHistory history = new LimitHistory(this, seed);
        Seeds.steps(seed, STEPS, history::step);
        Seeds.steps(seed, 1, history::settle);
    }

    // ── at the same time

    @Test
    void nodesThatClaimAtTheSameTimeKeepTheLimitsWhileOneDies() throws InterruptedException {
        store.join("first", 1);
        store.queues()
                .declare(List.of(
                        new QueueEntry("a", Limits.none().concurrency(3)),
                        new QueueEntry("b", Limits.none().concurrencyPerKey(1))));
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
        List<Claim> lost = await(victim.claim(new ClaimRequest(2, 4, Set.of(GREET), Set.of())));
        Race race = new Race();
        List<Claim> executing = new ArrayList<>();
        race.begin(lost, executing);
        race.run(number -> openNode("racer " + number), 3, count, () -> {
            executing.forEach(race::end);
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
                    request = node.claim(new ClaimRequest(20, 4, Set.of(GREET), Set.of()))
                            .toCompletableFuture();
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
                execute(node, claims);
            }
        }

        private void execute(Store node, List<Claim> claims) {
            List<Claim> begun = new ArrayList<>();
            List<Claim> waiting = begin(claims, begun);
            while (!begun.isEmpty()) {
                Claim first = begun.removeFirst();
                end(first);
                await(node.record(List.of(completed(first))));
                ended.incrementAndGet();
                waiting = begin(waiting, begun);
            }
        }

        /** All at once, as far as they may: of a share only as many as it has permits. Answers those that wait for one of it to end. */
        List<Claim> begin(List<Claim> claims, List<Claim> begun) {
            List<Claim> waiting = new ArrayList<>();
            for (Claim claim : claims) {
                if (mayBegin(claim.share(), begun)) {
                    begun.add(claim);
                    begin(claim);
                } else {
                    waiting.add(claim);
                }
            }
            return waiting;
        }

        private static boolean mayBegin(@Nullable Share share, List<Claim> begun) {
            return share == null
                    || begun.stream()
                                    .filter(claim -> share.equals(claim.share()))
                                    .count()
                            < share.permits();
        }

        private void begin(Claim claim) {
            String slot = slot(claim);
            int limit = slot.startsWith("a") ? 3 : 1;
            if (executing.computeIfAbsent(slot, one -> new AtomicInteger()).incrementAndGet() > limit) {
                broken.add(slot);
            }
        }

        private void end(Claim claim) {
            executing.computeIfAbsent(slot(claim), one -> new AtomicInteger()).decrementAndGet();
        }

        private String slot(Claim claim) {
            return "a".equals(claim.options().queue())
                    ? "a"
                    : "b " + claim.options().concurrencyKey();
        }
    }
}

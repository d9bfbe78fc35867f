package dev.errand.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class FoundKeysTest {
    private static final int MANY = 50;

    private final ReentrantLock asking = new ReentrantLock(true);
    private final AtomicLong nanos = new AtomicLong();
    private final FoundKeys<String> keys = new FoundKeys<>(asking, nanos::get);
    private final AtomicInteger atIt = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();

    private Optional<String> store(Optional<String> key) {
        asked.incrementAndGet();
        mostAtOnce.accumulateAndGet(atIt.incrementAndGet(), Math::max);
        LockSupport.parkNanos(1_000);
        atIt.decrementAndGet();
        return key;
    }

    @Test
    void strangersAskTheStoreOneByOneAndFillNoMemory() throws Exception {
        FoundKeys<String> byId = new FoundKeys<>(asking, nanos::get);
        try (ExecutorService strangers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Optional<String>>> answers = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                FoundKeys<String> either = i % 2 == 0 ? keys : byId;
                String name = "stranger " + i;
                answers.add(strangers.submit(() -> either.find(name, () -> store(Optional.empty()))));
            }
            for (Future<Optional<String>> answer : answers) {
                assertThat(answer.get()).isEmpty();
            }
        }
        assertThat(mostAtOnce).hasValue(1);
        keys.find("stranger 0", () -> store(Optional.empty()));
        assertThat(asked).as("each time").hasValue(MANY + 1);
    }

    @Test
    void whoIsKnownWaitsForNoStranger() throws Exception {
        assertThat(keys.find("known", () -> store(Optional.of("key")))).contains("key");
        CountDownLatch there = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (ExecutorService strangers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Optional<String>> stranger = strangers.submit(() -> keys.find("stranger", () -> {
                there.countDown();
                await(go);
                return Optional.empty();
            }));
            there.await();
            assertThat(keys.find("known", () -> store(Optional.of("key")))).contains("key");
            assertThat(asked).hasValue(1);
            nanos.addAndGet(2_000_000_000);
            assertThat(keys.find("known", () -> store(Optional.of("key")))).contains("key");
            assertThat(asked).hasValue(2);
            go.countDown();
            assertThat(stranger.get()).isEmpty();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatWasFoundIsKnownForASecondFromWhenItWasAskedFor() {
        keys.find("known", () -> {
            nanos.addAndGet(999_999_999);
            return store(Optional.of("key"));
        });
        keys.find("known", () -> store(Optional.of("key")));
        assertThat(asked).hasValue(1);
        nanos.addAndGet(1);
        keys.find("known", () -> store(Optional.of("key")));
        assertThat(asked).hasValue(2);
    }

    @Test
    void whatIsForgottenIsAskedAnew() {
        keys.find("known", () -> store(Optional.of("key")));
        keys.forget(key -> key.equals("other"));
        keys.find("known", () -> store(Optional.of("key")));
        assertThat(asked).hasValue(1);
        keys.forget(key -> key.equals("key"));
        assertThat(keys.find("known", () -> store(Optional.empty()))).isEmpty();
        assertThat(asked).hasValue(2);
    }
}

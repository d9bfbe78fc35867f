package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.EventFilter;
import dev.errand.Retry;
import dev.errand.SubscriptionInfo;
import dev.errand.SubscriptionOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Durable subscriptions whose listeners are called on executors that do not always call them. */
class SubscriptionExecutorTest {
    private static final String NAME = "desk";

    private final Gate gate = new Gate();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @TempDir
    private Path folder;

    private Errand errand;

    @BeforeEach
    void open() {
        errand = Errand.builder()
                .store(TestStore.url(folder))
                .drain(Duration.ZERO)
                .open();
    }

    @AfterEach
    void close() {
        gate.open();
        errand.close();
    }

    private void subscribe(String listener, Executor executor) {
        errand.subscribe(
                NAME,
                EventFilter.named("number"),
                event -> heard.add(listener + " hears " + event.data()),
                SubscriptionOptions.none()
                        .executor(executor)
                        .retry(Retry.fixed(Duration.ZERO).attempts(1)));
    }

    private SubscriptionInfo info() {
        return errand.subscriptions().getFirst();
    }

    @Test
    void whatTheExecutorRefusesIsToldAndOfferedAgainThoughTheRetriesWouldBeUsedUp() throws InterruptedException {
        AtomicInteger offers = new AtomicInteger();
        subscribe("desk", call -> {
            if (offers.incrementAndGet() == 1) {
                throw new RejectedExecutionException("the line is full");
            }
            call.run();
        });
        errand.raise("number", 1);
        errand.raise("number", 2);
        assertThat(Soon.next(heard)).isEqualTo("desk hears 1");
        assertThat(Soon.next(heard)).isEqualTo("desk hears 2");
        assertThat(info().failures()).isOne();
        assertThat(info().lastFailure())
                .satisfies(failure -> assertThat(failure.summary())
                        .isEqualTo("java.util.concurrent.RejectedExecutionException: the line is full"));
    }

    @Test
    void whatAnExecutorHadInItsQueueWhenItWasShutDownAnotherHears() throws InterruptedException {
        ThreadPoolExecutor busy = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
        busy.execute(() -> {
            try {
                gate.pass();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        subscribe("first", busy);
        errand.raise("number", 1);
        Soon.await("the call is in the queue", () -> !busy.getQueue().isEmpty());
        assertThat(busy.shutdownNow()).hasSize(1);
        Soon.await("the subscription is free", () -> info().node() == null && info().failures() > 0);
        subscribe("second", Runnable::run);
        assertThat(Soon.next(heard)).isEqualTo("second hears 1");
    }

    @Test
    void closingWaitsForNoCallThatWasDropped() throws InterruptedException {
        BlockingQueue<Runnable> dropped = new LinkedBlockingQueue<>();
        subscribe("desk", dropped::add);
        errand.raise("number", 1);
        Runnable call = Soon.next(dropped);
        long begun = System.nanoTime();
        errand.close();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
        call.run();
        assertThat(heard).isEmpty();
    }
}

package dev.errand.engine.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Failure;
import dev.errand.Retry;
import dev.errand.SubscriptionOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Executors of users' that refuse, drop or delay the calls of a durable subscription. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HandoverTest {
    private static final Duration BRIEF = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofHours(1);

    /** What delivers; it never rests. */
    private static final class Delivering implements Handover.Caller {
        private final List<String> failures = new ArrayList<>();
        private volatile boolean closed;
        private boolean refused;

        @Override
        public boolean failed(Failure failure) {
            failures.add(failure.type());
            return true;
        }

        @Override
        public boolean pause(Duration delay) {
            return !closed;
        }

        @Override
        public boolean isClosed() {
            return closed;
        }

        @Override
        public void refused() {
            refused = true;
        }
    }

    private final Delivering delivering = new Delivering();
    private final AtomicInteger calls = new AtomicInteger();
    private final Deque<Runnable> dropped = new ArrayDeque<>();

    /** Which gives up after one attempt that throws. */
    private boolean handOver(Executor executor, Duration patience) {
        return handOver(executor, patience, calls::incrementAndGet);
    }

    private boolean handOver(Executor executor, Duration patience, Runnable listener) {
        SubscriptionOptions options = SubscriptionOptions.none()
                .executor(executor)
                .retry(Retry.fixed(Duration.ZERO).attempts(1))
                .onMissed(events -> listener.run());
        return new Handover(event -> {}, options, Clock.systemUTC(), patience).missed(1, delivering);
    }

    @Test
    void aCallThatIsDroppedIsKeptAsAFailureAndMadeAnew() {
        AtomicInteger offers = new AtomicInteger();
        assertThat(handOver(
                        call -> {
                            if (offers.incrementAndGet() < 3) {
                                dropped.add(call);
                            } else {
                                call.run();
                            }
                        },
                        BRIEF))
                .isTrue();
        assertThat(calls).hasValue(1);
        assertThat(delivering.failures)
                .containsExactly(TimeoutException.class.getName(), TimeoutException.class.getName());
        dropped.forEach(Runnable::run);
        assertThat(calls).as("what was dropped comes too late").hasValue(1);
    }

    @Test
    void aCallThatHasBegunIsWaitedForHoweverLongItTakes() {
        CountDownLatch never = new CountDownLatch(1);
        assertThat(handOver(call -> Thread.ofPlatform().daemon().start(call), BRIEF, () -> {
                    try {
                        assertThat(never.await(4 * BRIEF.toMillis(), TimeUnit.MILLISECONDS))
                                .isFalse();
                        calls.incrementAndGet();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .isTrue();
        assertThat(calls).hasValue(1);
    }

    @Test
    void aRefusalIsKeptAsAFailureAndTheCallOfferedAgain() {
        AtomicInteger offers = new AtomicInteger();
        assertThat(handOver(
                        call -> {
                            if (offers.incrementAndGet() < 3) {
                                throw new RejectedExecutionException("full");
                            }
                            call.run();
                        },
                        LONG))
                .isTrue();
        assertThat(calls).hasValue(1);
        assertThat(delivering.failures)
                .containsExactly(
                        RejectedExecutionException.class.getName(), RejectedExecutionException.class.getName());
        assertThat(delivering.refused).isFalse();
    }

    @Test
    void anExecutorThatCallsAndRefusesHasCalled() {
        assertThat(handOver(
                        call -> {
                            call.run();
                            throw new RejectedExecutionException("too late");
                        },
                        LONG))
                .isTrue();
        assertThat(calls).hasValue(1);
        assertThat(delivering.failures).isEmpty();
    }

    @Test
    void nobodyWaitsForADroppedCallWhenTheSubscriptionIsClosed() {
        assertThat(handOver(
                        call -> {
                            dropped.add(call);
                            delivering.closed = true;
                        },
                        LONG))
                .isFalse();
        dropped.forEach(Runnable::run);
        assertThat(calls).hasValue(0);
    }

    @Test
    void anExecutorThatIsShutDownWithTheCallInItsQueueEndsTheDelivery() {
        CountDownLatch busy = new CountDownLatch(1);
        ThreadPoolExecutor one = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Executors.defaultThreadFactory());
        one.execute(() -> {
            try {
                busy.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        CompletableFuture<Boolean> handedOver = CompletableFuture.supplyAsync(
                () -> handOver(one, LONG), work -> Thread.ofPlatform().daemon().start(work));
        while (one.getQueue().isEmpty()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        assertThat(one.shutdownNow()).hasSize(1);
        assertThat(handedOver.join()).isFalse();
        assertThat(delivering.refused).isTrue();
        assertThat(delivering.failures).containsExactly(RejectedExecutionException.class.getName());
        assertThat(calls).hasValue(0);
    }
}

package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Where bodies stop until the test lets them pass. */
final class Gate {
    private final Semaphore arrivals = new Semaphore(0);
    private final Semaphore permits = new Semaphore(0);
    private final AtomicInteger arrived = new AtomicInteger();
    private final Semaphore interrupts = new Semaphore(0);

    /** Called by a body: says that it is here, and waits. */
    void pass() throws InterruptedException {
        arrive();
        try {
            permits.acquire();
        } catch (InterruptedException e) {
            interrupts.release();
            throw e;
        }
    }

    /** As {@link #pass}, by a body that ignores interruption; answers whether it was interrupted. */
    boolean passStubbornly() {
        arrive();
        permits.acquireUninterruptibly();
        return Thread.currentThread().isInterrupted();
    }

    private void arrive() {
        arrived.incrementAndGet();
        arrivals.release();
    }

    /** Waits for so many more bodies to arrive. */
    void awaitArrivals(int count) throws InterruptedException {
        assertThat(arrivals.tryAcquire(count, Soon.SECONDS, TimeUnit.SECONDS))
                .as("%d bodies arrive; %d came in all", count, arrived.get())
                .isTrue();
    }

    void awaitInterrupt() throws InterruptedException {
        assertThat(interrupts.tryAcquire(Soon.SECONDS, TimeUnit.SECONDS))
                .as("a body is interrupted")
                .isTrue();
    }

    /** How many came in all. */
    int arrived() {
        return arrived.get();
    }

    void letPass(int count) {
        permits.release(count);
    }

    void open() {
        letPass(1_000_000);
    }
}

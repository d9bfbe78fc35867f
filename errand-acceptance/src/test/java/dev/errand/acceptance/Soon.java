package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.process.Standstill;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** How long a test waits for what must happen: far longer than it takes, so that a busy machine fails no test. */
final class Soon {
    static final long SECONDS = 60;
    static final Duration SOON = Duration.ofSeconds(SECONDS);

    private static final long NAP_MILLIS = 5;

    private Soon() {}

    static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(SECONDS, TimeUnit.SECONDS))
                .as("it happens in time")
                .isTrue();
    }

    static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(SECONDS, TimeUnit.SECONDS);
        assertThat(next).as("something comes in time").isNotNull();
        return next;
    }

    /** For what nobody tells of: looks again and again. */
    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + SOON.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    /** For what is to happen within a time, in which the machine is not judged: how long it has kept others waiting meanwhile is allowed besides. */
    static void awaitWithin(Duration time, String what, BooleanSupplier condition) throws InterruptedException {
        if (condition.getAsBoolean()) {
            return;
        }
        try (Standstill standstill = Standstill.watched()) {
            long begun = System.nanoTime();
            while (!condition.getAsBoolean()) {
                Duration took = Duration.ofNanos(System.nanoTime() - begun);
                assertThat(took).as(what).isLessThan(time.plus(standstill.soFar()));
                TimeUnit.MILLISECONDS.sleep(NAP_MILLIS);
            }
        }
    }
}

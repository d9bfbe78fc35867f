package dev.errand.bench;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;

/**
 * The process in which {@link Delivery} has somebody listen: an engine that never works. Says that it listens, then when it heard of the end of each
 * run, by its number.
 */
final class EarEngine {
    private EarEngine() {}

    public static void main(String[] arguments) throws Exception {
        long[] heardAt = new long[Integer.parseInt(arguments[1])];
        CountDownLatch heard = new CountDownLatch(heardAt.length);
        try (Errand errand = Errand.builder().store(arguments[0]).concurrency(0).open()) {
            errand.on(EventFilter.named(Event.STATE), event -> {
                if (event.isEnd()) {
                    heardAt[number(event)] = Clocks.nanosOfAll();
                    heard.countDown();
                }
            });
            answer(1);
            heard.await();
            for (long at : heardAt) {
                answer(at);
            }
        }
    }

    /** Runs are named by their numbers. */
    static int number(Event end) {
        return Integer.parseInt(Objects.requireNonNull(end.runName()));
    }

    private static void answer(long number) throws IOException {
        if (System.in.read() >= 0) {
            System.out.println(number);
        }
    }
}

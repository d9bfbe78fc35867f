package dev.errand.client;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** The pauses before a question is asked again: longer and longer, each by chance, so that many who were turned away together do not come together again. */
final class Pauses {
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final long end;
    private Duration next = FIRST;

    /** @param patience after which there is none any more */
    Pauses(Duration patience) {
        end = System.nanoTime() + nanos(patience);
    }

    static long nanos(Duration time) {
        try {
            return Math.min(time.toNanos(), Long.MAX_VALUE / 2);
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE / 2;
        }
    }

    /** Pauses; or answers that there is no more time. */
    boolean pause() throws InterruptedException {
        return pause(Duration.ZERO);
    }

    /** As {@link #pause()}, at least as long as a server asks for. */
    boolean pause(HttpHeaders headers) throws InterruptedException {
        return pause(headers.firstValue("retry-after")
                .filter(text -> text.matches("\\d{1,4}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .orElse(Duration.ZERO));
    }

    private boolean pause(Duration least) throws InterruptedException {
        long most = Math.max(next.toNanos(), least.toNanos() / 4);
        long pause = least.toNanos() + ThreadLocalRandom.current().nextLong(most / 4, most + 1);
        next = next.multipliedBy(2).compareTo(LONGEST) < 0 ? next.multipliedBy(2) : LONGEST;
        if (System.nanoTime() + pause >= end) {
            return false;
        }
        TimeUnit.NANOSECONDS.sleep(pause);
        return true;
    }
}

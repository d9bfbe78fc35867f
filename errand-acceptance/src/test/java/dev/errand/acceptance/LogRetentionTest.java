package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.ErrandBuilder;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.Retention;
import dev.errand.SubscriptionOptions;
import dev.errand.testkit.SettableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an engine that works deletes from the log by and by. */
class LogRetentionTest {
    private static final String NAME = "desk";
    private static final EventFilter NUMBERS = EventFilter.named("number");
    private static final Duration HOUR = Duration.ofHours(1);

    private final SettableClock clock = new SettableClock();

    @TempDir
    private Path byAge;

    @TempDir
    private Path byNumber;

    private ErrandBuilder on(String url) {
        return Errand.builder().store(url).clock(clock);
    }

    private static void raise(Errand errand, int from, int to) {
        for (int n = from; n <= to; n++) {
            errand.raise("number", n);
        }
    }

    private static int number(Event event) {
        Json data = event.data();
        return data == null ? 0 : Integer.parseInt(data.text());
    }

    @Test
    void whatIsTooOldOrTooMuchIsDeletedAndWhoHadNotComeSoFarIsTold() throws InterruptedException {
        // given twenty events, and five that are two hours younger
        String aged = TestStore.url(byAge);
        String counted = TestStore.url(byNumber);
        try (Errand one = on(aged).concurrency(0).open();
                Errand other = on(counted).concurrency(0).open()) {
            other.subscribe(NAME, NUMBERS, event -> {}).close();
            raise(one, 1, 20);
            raise(other, 1, 20);
            clock.advance(HOUR.multipliedBy(2));
            raise(one, 21, 25);
            raise(other, 21, 25);
            // when somebody works who keeps an hour, or ten events
            try (Errand anHour = on(aged).retention(Retention.forever().withEvents(HOUR))
                            .open();
                    Errand ten = on(counted)
                            .retention(Retention.forever().withMostEvents(10))
                            .open()) {
                // then
                awaitOldest(anHour, 21);
                awaitOldest(ten, 16);
                BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
                ten.subscribe(
                        NAME,
                        NUMBERS,
                        event -> heard.add(number(event)),
                        SubscriptionOptions.none().onMissed(heard::add));
                assertThat(Soon.next(heard)).isEqualTo(15L);
                for (int n = 16; n <= 25; n++) {
                    assertThat(Soon.next(heard)).isEqualTo(n);
                }
            }
        }
    }

    private static void awaitOldest(Errand errand, int expected) throws InterruptedException {
        long end = System.nanoTime() + Soon.SOON.toNanos();
        int oldest = 1;
        while (oldest == 1 && System.nanoTime() < end) {
            Thread.sleep(20); // nobody tells of what is deleted
            oldest = errand.awaitEvent(NUMBERS, Soon.SOON)
                    .map(LogRetentionTest::number)
                    .orElse(0);
        }
        assertThat(oldest).isEqualTo(expected);
    }
}

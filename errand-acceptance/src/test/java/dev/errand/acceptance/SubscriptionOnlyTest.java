package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.StoreException;
import dev.errand.Subscription;
import dev.errand.SubscriptionOptions;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Durable subscriptions that are handed over only what passes a test besides their filter. */
class SubscriptionOnlyTest {
    private static final EventFilter NUMBERS = EventFilter.named("number");

    private final BlockingQueue<Json> heard = new LinkedBlockingQueue<>();

    @TempDir
    private Path folder;

    private static boolean isOdd(Event event) {
        return Integer.parseInt(String.valueOf(event.data())) % 2 == 1;
    }

    @Test
    void whatDoesNotPassIsPassedAndNotAcknowledged() throws Exception {
        try (Errand errand =
                Errand.builder().store(TestStore.url(folder)).concurrency(1).open()) {
            Subscription odd = errand.subscribe(
                    "odd",
                    NUMBERS,
                    event -> heard.add(event.data()),
                    SubscriptionOptions.none().only(SubscriptionOnlyTest::isOdd));
            for (int n = 1; n <= 4; n++) {
                errand.raise("number", n);
            }
            assertThat(Soon.next(heard)).isEqualTo(new Json("1"));
            assertThat(Soon.next(heard)).isEqualTo(new Json("3"));
            Soon.await("both are acknowledged", () -> acknowledged(errand) == 2);
            odd.close();
            errand.raise("number", 5);
            errand.subscribe("odd", NUMBERS, event -> heard.add(event.data()));
            assertThat(Soon.next(heard)).as("who begins anew with another test").isIn(new Json("4"), new Json("5"));
        }
    }

    private static long acknowledged(Errand errand) {
        return errand.subscriptions().getFirst().acknowledged();
    }

    @Test
    void nothingIsLostWhileTheTestCannotBeAsked() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (Errand errand =
                Errand.builder().store(TestStore.url(folder)).concurrency(1).open()) {
            errand.subscribe(
                    "all",
                    NUMBERS,
                    event -> heard.add(event.data()),
                    SubscriptionOptions.none().only(event -> {
                        if (asked.incrementAndGet() == 1) {
                            throw new StoreException("away");
                        }
                        if (asked.get() == 2) {
                            throw new IllegalStateException("no test");
                        }
                        return true;
                    }));
            errand.raise("number", 1);
            assertThat(Soon.next(heard)).isEqualTo(new Json("1"));
            assertThat(asked).hasValueGreaterThan(2);
        }
    }
}

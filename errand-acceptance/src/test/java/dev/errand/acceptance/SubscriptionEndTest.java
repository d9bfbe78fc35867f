package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Subscription;
import dev.errand.testkit.TestErrand;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A durable subscription that is closed while it reads the log. */
class SubscriptionEndTest {
    private static final String NAME = "reports";

    private final BlockingQueue<Event> heard = new LinkedBlockingQueue<>();

    @AutoClose
    private final TestErrand test =
            TestStore.open(settings -> settings.store(LateEventsStoreProvider.PREFIX + TestStore.url()));

    @Test
    void whatIsRaisedAfterTheCloseIsForTheNextOfThatNameToFilter() throws InterruptedException {
        LateEventsStoreProvider.holdBack();
        try (Subscription narrow = test.errand().subscribe(NAME, EventFilter.named("nothing"), heard::add)) {
            Soon.await("it is given to us", this::isGiven); // and then it reads
            narrow.close();
            test.errand().raise("number", 1);
        } finally {
            LateEventsStoreProvider.release();
        }
        test.errand().subscribe(NAME, EventFilter.all(), heard::add);
        assertThat(Soon.next(heard).name()).isEqualTo("number");
    }

    private boolean isGiven() {
        return test.errand().subscriptions().getFirst().node() != null;
    }
}

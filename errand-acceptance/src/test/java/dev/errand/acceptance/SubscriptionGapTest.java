package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.Subscription;
import dev.errand.SubscriptionOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A durable subscription that is too slow for the log's retention. */
class SubscriptionGapTest {
    private final Gate gate = new Gate();
    private final List<Object> heard = new CopyOnWriteArrayList<>();

    @TempDir
    private Path folder;

    private String url;
    private Errand errand;

    /** It stands at the gate with 1, a page of one, while 2 to 4 are raised and deleted. */
    @BeforeEach
    void fallBehind() throws InterruptedException {
        url = TestStore.url(folder);
        errand = Errand.open(url);
        Subscription slow = errand.subscribe(
                "desk",
                EventFilter.named("number"),
                event -> {
                    if (heard.isEmpty()) {
                        gate.pass();
                    }
                    heard.add(number(event));
                },
                SubscriptionOptions.none().onMissed(heard::add));
        assertThat(slow).isNotNull();
        errand.raise("number", 1);
        gate.awaitArrivals(1);
        for (int n = 2; n <= 4; n++) {
            errand.raise("number", n);
        }
        TestStore.trimLog(url);
    }

    @AfterEach
    void close() {
        gate.open();
        errand.close();
    }

    private void awaitHeard(int size) throws InterruptedException {
        Soon.await(size + " calls", () -> heard.size() == size);
    }

    private static int number(Event event) {
        Json data = event.data();
        return data == null ? 0 : Integer.parseInt(data.text());
    }

    @Test
    void itIsToldOfWhatItHadNotReadAndHandlesWhatItHad() throws InterruptedException {
        errand.raise("number", 5);
        gate.open();
        awaitHeard(3);
        assertThat(heard).containsExactly(1, 3L, 5);
        Soon.await(
                "both are acknowledged", () -> errand.subscriptions().getFirst().acknowledged() == 2);
        assertThat(errand.subscriptions().getFirst().missed()).isEqualTo(3);
    }

    @Test
    void itIsToldOfAGapThatIsFollowedByWhatDoesNotPass() throws InterruptedException {
        for (int n = 1; n <= 5; n++) {
            errand.raise("other", n);
        }
        gate.open();
        awaitHeard(2);
        errand.raise("number", 5);
        awaitHeard(3);
        assertThat(heard).containsExactly(1, 3L, 5);
    }
}

package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubscriptionOutageTest {
    private static final int EVENTS = 100;

    private final Gate gate = new Gate();

    @TempDir
    Path folder;

    @Test
    void whatIsHandledWhileTheStoreIsAwayIsAcknowledgedAfterwardsAndTheRestFollows() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        try (Outage outage = Outage.of(folder);
                Errand errand =
                        Errand.builder().store(outage.url()).concurrency(1).open()) {
            errand.subscribe("desk", EventFilter.named("number"), event -> {
                if (heard.size() == EVENTS / 2) {
                    gate.pass();
                }
                heard.add(text(event));
            });
            for (int n = 0; n < EVENTS; n++) {
                errand.raise("number", n);
            }
            gate.awaitArrivals(1);
            outage.begin();
            gate.open();
            Thread.sleep(Duration.ofSeconds(1)); // the outage
            assertThat(heard).as("what was handled is not acknowledged").hasSize(EVENTS / 2 + 1);
            outage.end();
            Soon.await(
                    "all are acknowledged",
                    () -> errand.subscriptions().getFirst().acknowledged() == EVENTS);
        }
        assertThat(heard)
                .isEqualTo(IntStream.range(0, EVENTS).mapToObj(String::valueOf).toList());
    }

    private static String text(Event event) {
        return event.data() == null ? "" : event.data().text();
    }
}

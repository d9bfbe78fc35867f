package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Subscription;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A durable subscription of a process that stands still, wakes up late, and dies in the end. */
class SubscriptionDeathTest {
    private final BlockingQueue<Json> heard = new LinkedBlockingQueue<>();

    @TempDir
    Path folder;

    private Subscription subscribe(Errand errand) {
        return errand.subscribe(SubscriptionProcess.NAME, SubscriptionProcess.FILTER, event -> heard.add(event.data()));
    }

    private static long acknowledged(Errand errand) {
        return errand.subscriptions().getFirst().acknowledged();
    }

    @Test
    void whoeverStallsOrDiesLosesNoEventAndAcknowledgesNoneThatAnotherTookOver() throws Exception {
        String url = TestStore.url(folder);
        try (SubscriptionProcess process = new SubscriptionProcess(url);
                Errand errand = Errand.builder().store(url).concurrency(1).open()) {
            for (int n = 1; n <= 3; n++) {
                errand.raise("letter", n);
            }
            process.await("at 1");
            process.letReturn();
            process.await("at 2");
            assertThat(acknowledged(errand)).isOne();
            // when it stands still for longer than its lease
            process.standStill();
            TestStore.takeAwayLease(folder, url, process.pid());
            Subscription taken = subscribe(errand);
            assertThat(Soon.next(heard)).isEqualTo(new Json("2"));
            assertThat(Soon.next(heard)).isEqualTo(new Json("3"));
            Soon.await("both are acknowledged", () -> acknowledged(errand) == 3);
            long epoch = errand.subscriptions().getFirst().acknowledged();
            // and wakes up late
            process.letReturn();
            process.goOn();
            errand.raise("letter", 4);
            assertThat(Soon.next(heard)).isEqualTo(new Json("4"));
            Soon.await("it is acknowledged", () -> acknowledged(errand) == epoch + 1);
            // then it is its turn again
            taken.close();
            errand.raise("letter", 5);
            process.await("at 5");
            process.kill();
            subscribe(errand);
            assertThat(Soon.next(heard)).isEqualTo(new Json("5"));
            Soon.await("it is acknowledged", () -> acknowledged(errand) == 5);
            assertThat(heard).isEmpty();
        }
    }
}

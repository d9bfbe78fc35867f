package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.EventFilter;
import dev.errand.SubscriptionInfo;
import dev.errand.SubscriptionOptions;
import dev.errand.store.copy.StoreCopy;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Durable subscriptions that are moved to another store, without its log. */
@Tag(TestStore.SQLITE_ONLY) // it brings both stores, whichever the others run on
class CopiedSubscriptionsTest {
    private static final String DATABASE =
            PostgresServer.shared().url(PostgresServer.shared().createDatabase());

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @TempDir
    private Path folder;

    private static Errand open(String url) {
        return Errand.builder().store(url).concurrency(0).open();
    }

    private void subscribe(Errand errand) {
        errand.subscribe(
                "desk",
                EventFilter.named("number"),
                event -> heard.add(String.valueOf(event.data())),
                SubscriptionOptions.none().onMissed(events -> heard.add("missed " + events)));
    }

    private static SubscriptionInfo info(Errand errand) {
        return errand.subscriptions().getFirst();
    }

    /** One that is acknowledged there, and two that are not. */
    private void assertGoesOn(String url, String missed, int acknowledged) throws InterruptedException {
        try (Errand errand = open(url)) {
            subscribe(errand);
            errand.raise("number", acknowledged);
            assertThat(Soon.next(heard)).isEqualTo(missed);
            assertThat(Soon.next(heard)).isEqualTo(String.valueOf(acknowledged));
            Soon.await("it is acknowledged", () -> info(errand).acknowledged() == acknowledged);
        }
        try (Errand errand = open(url)) {
            errand.raise("number", 100);
            errand.raise("other", 100);
        }
    }

    @Test
    void theyKeepTheirCountsAndAreToldWhatIsNotCopied() throws Exception {
        String from = "jdbc:sqlite:" + folder.resolve("first.db");
        String there = DATABASE + "&errand.schema=copied_subscriptions";
        String back = "jdbc:sqlite:" + folder.resolve("back.db");
        try (Errand errand = open(from)) {
            subscribe(errand);
            errand.raise("number", 1);
            assertThat(Soon.next(heard)).isEqualTo("1");
            Soon.await("it is acknowledged", () -> info(errand).acknowledged() == 1);
        }
        try (Errand errand = open(from)) {
            for (int n = 0; n < 3; n++) {
                errand.raise("number", 100);
            }
        }
        assertThat(new StoreCopy(from, there).run(progress -> {}).subscriptions())
                .isOne();
        assertGoesOn(there, "missed 3", 2);
        assertThat(new StoreCopy(there, back).run(progress -> {}).subscriptions())
                .isOne();
        assertGoesOn(back, "missed 2", 3);
        try (Errand errand = open(back)) {
            assertThat(info(errand).missed()).isEqualTo(5);
        }
    }
}

package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.store.CommitListener;
import dev.errand.store.Store;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** News from other processes comes through, however much of it there is. */
class ListeningTest {
    private static final int HEARD = 2_000;

    private final CountDownLatch heard = new CountDownLatch(HEARD);
    private volatile boolean stop;

    @Test
    void notificationsWithoutAPauseAreHeardWhileTheyGoOn() throws Exception {
        PostgresServer server = PostgresServer.shared();
        String database = server.createDatabase();
        Clock clock = Clock.systemUTC();
        try (Store store = PostgresStore.open(
                        Settings.of(new StoreSettings(server.url(database), null, Map.of(), clock)), clock);
                Connection other = server.connect(database)) {
            store.onCommit(new Counting());
            store.join("first", 10);
            Thread flood = Thread.ofPlatform().start(() -> flood(other));
            try {
                assertThat(heard.await(20, TimeUnit.SECONDS))
                        .as("%d of %d heard", HEARD - heard.getCount(), HEARD)
                        .isTrue();
            } finally {
                stop = true;
                flood.join();
            }
        }
    }

    private void flood(Connection connection) {
        try (PreparedStatement notify = connection.prepareStatement(
                "select set_config('synchronous_commit', 'off', true), pg_notify('errand', 'other:e')")) {
            while (!stop) {
                notify.execute();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private final class Counting implements CommitListener {
        @Override
        public void events(boolean foreign) {
            if (foreign) {
                heard.countDown();
            }
        }

        @Override
        public void requests() {}
    }
}

package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.StoreException;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A synchronous standby that is away: nothing is acknowledged that a fail-over to it would lose. */
@Tag("long")
@Order(2)
class StandbyTest {
    /** Between two looks, each of which is a connection of its own. */
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

    private final PostgresServer server = PostgresServer.start();
    private final String database = server.createDatabase();

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    void runsAreNotAcknowledgedThoughSomebodyBreaksTheWaitOff(int many) throws InterruptedException {
        Settings settings = Settings.of(new StoreSettings(server.url(database), null, Map.of(), Clock.systemUTC()));
        try (PostgresStore store = PostgresStore.open(settings, Clock.systemUTC())) {
            store.join("first", 1);
            List<NewRun> runs = NewRuns.many(many, "greet", Clock.systemUTC());
            store.enqueue(NewRuns.many(1, "greet", Clock.systemUTC()));
            server.set("synchronous_standby_names", "nobody");
            Thread other = awaitThatCommitsWait();
            Thread operator = Thread.ofPlatform().daemon().start(this::breakWaitsOff);
            try {
                assertThatThrownBy(() -> store.enqueue(runs)).isInstanceOf(StoreException.class);
            } finally {
                server.set("synchronous_standby_names", "");
                operator.interrupt();
                operator.join();
                other.join();
            }
            store.enqueue(runs);
            assertThat(server.query(database, "select count(*) from errand.run"))
                    .isEqualTo("" + (many + 1));
        }
    }

    /** The server's processes hear of a setting one after the other; answers who waits now. */
    private Thread awaitThatCommitsWait() throws InterruptedException {
        AtomicBoolean waiting = new AtomicBoolean();
        Thread other = Thread.ofPlatform().daemon().start(() -> {
            for (int i = 0; !waiting.get(); i++) {
                server.execute(database, "create table other" + i + " ()");
            }
        });
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!waiting.get()) {
            assertThat(System.nanoTime()).as("a commit waits").isLessThan(deadline);
            String waits = server.query(database, "select count(*) from pg_stat_activity where wait_event = 'SyncRep'");
            waiting.set(!"0".equals(waits));
            LockSupport.parkNanos(PAUSE);
        }
        return other;
    }

    private void breakWaitsOff() {
        while (!Thread.currentThread().isInterrupted()) {
            server.query(database, "select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'");
            LockSupport.parkNanos(PAUSE);
        }
    }
}

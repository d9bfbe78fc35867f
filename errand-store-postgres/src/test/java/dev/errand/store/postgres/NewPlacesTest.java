package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Limits;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.QueueEntry;
import dev.errand.store.RunOptions;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.sql.Connection;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where runs come that wait in queues in which their task never had any. */
class NewPlacesTest {
    private static final int QUEUES = 400;

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();

    @AfterEach
    void drop() {
        server.dropDatabase(database);
    }

    private PostgresStore open() {
        Clock clock = Clock.systemUTC();
        return PostgresStore.open(Settings.of(new StoreSettings(server.url(database), null, Map.of(), clock)), clock);
    }

    private static List<NewRun> runs() {
        List<NewRun> runs = new ArrayList<>();
        for (int i = 0; i < QUEUES; i++) {
            runs.add(NewRuns.of("greet", Clock.systemUTC())
                    .options(RunOptions.NONE.withQueue("queue " + i).withConcurrencyKey("k"))
                    .build());
        }
        return runs;
    }

    private static void declare(PostgresStore store) {
        List<QueueEntry> queues = new ArrayList<>();
        for (int i = 0; i < QUEUES; i++) {
            queues.add(new QueueEntry("queue " + i, Limits.none()));
        }
        store.queues().declare(queues);
    }

    private long placesRead() throws InterruptedException {
        String others =
                "select count(*) from pg_stat_activity where datname = '" + database + "' and pid <> pg_backend_pid()";
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!"0".equals(server.query(database, others))) {
            assertThat(System.nanoTime()).as("others are still connected").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertThat(server.query(database, "select count(*) from errand.task_queue where keyed"))
                .isEqualTo(String.valueOf(QUEUES));
        return Long.parseLong(
                String.valueOf(
                        server.query(
                                database,
                                "select seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_user_tables where relname = 'task_queue'")));
    }

    @Test
    void allThatOneTriggerAddsAreAddedInOnePass() throws Exception {
        try (PostgresStore store = open()) {
            declare(store);
            store.enqueue(runs());
        }
        assertThat(placesRead()).isLessThan(30L * QUEUES);
    }

    @Test
    void allThatATransactionOfAUsersAddsAreAddedInOnePass() throws Exception {
        try (PostgresStore store = open();
                Connection connection = server.connect(database)) {
            declare(store);
            connection.setAutoCommit(false);
            store.enqueue(connection, runs());
            connection.commit();
        }
        assertThat(placesRead()).isLessThan(30L * QUEUES);
    }
}

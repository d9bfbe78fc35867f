package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Limits;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.QueueEntry;
import dev.errand.store.RunOptions;
import dev.errand.store.Store;
import dev.errand.store.StoreSettings;
import dev.errand.store.TestClock;
import dev.errand.store.postgres.server.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** What a look costs where many lines without limits are known. */
class ManyLinesTest {
    private static final int QUEUES = 300;
    private static final int LOOKS = 200;
    private static final String SEARCHES = "select sum(idx_scan) from pg_stat_user_indexes where relname = 'chunk'";
    private static final String CONNECTED =
            "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";

    private final String url =
            PostgresServer.shared().url(PostgresServer.shared().createDatabase());
    private final TestClock clock = new TestClock();

    private Store open() {
        StoreSettings settings = new StoreSettings(url, null, Map.of(), clock);
        return PostgresStore.open(Settings.of(settings), clock);
    }

    /** What the server has counted once all connections are closed. */
    private long searches() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (number(statement, CONNECTED) > 0 && System.nanoTime() < deadline) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
            assertThat(number(statement, CONNECTED)).isZero();
            return number(statement, SEARCHES);
        }
    }

    private static long number(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private List<NewRun> runs(int count, String queue) {
        List<NewRun> runs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            runs.add(NewRuns.of("greet", clock)
                    .options(RunOptions.NONE.withQueue(queue))
                    .build());
        }
        return runs;
    }

    @Test
    void ofManyLinesOnlyThoseThatHaveSomethingAreSearchedLookByLook() throws Exception {
        // given
        try (Store store = open()) {
            List<QueueEntry> queues = new ArrayList<>(List.of(new QueueEntry("long", Limits.none())));
            for (int i = 0; i < QUEUES; i++) {
                queues.add(new QueueEntry("q" + i, Limits.none()));
            }
            store.queues().declare(queues);
            store.join("first", 1);
            List<NewRun> one = new ArrayList<>();
            for (int i = 0; i < QUEUES; i++) {
                one.addAll(runs(1, "q" + i));
            }
            store.enqueue(one);
            int ended = 0;
            while (ended < QUEUES) {
                ended += claim(store).size();
            }
            store.enqueue(runs(10 * LOOKS + 1, "long"));
        }
        long before = searches();
        // when
        try (Store store = open()) {
            store.join("second", 1);
            for (int look = 0; look < LOOKS; look++) {
                assertThat(claim(store)).hasSize(10);
            }
        }
        // then
        assertThat(searches() - before).isLessThan((long) LOOKS * QUEUES / 2);
    }

    private static List<Claim> claim(Store store) throws Exception {
        return store.claim(new ClaimRequest(10, Set.of("greet")))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }
}

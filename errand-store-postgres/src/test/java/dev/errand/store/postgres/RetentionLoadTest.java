package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Retention;
import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRuns;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs are deleted as soon as they have ended, while others come and go. Counted in pages and index entries, by the server itself. */
@Tag("long")
class RetentionLoadTest {
    private static final Retention NONE = Retention.all(Duration.ZERO);
    private static final Set<String> TASKS = Set.of("greet");
    private static final int ROUND = 200;

    private static final int AT_ONCE = 20;
    private static final int ROUNDS = Integer.getInteger("errand.kills", 5) >= 100 ? 300 : 30;
    /** After so long, in nanoseconds, a look goes through the whole line, whatever the last one found. */
    private static final double WHOLE_LOOK = 1e9;

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();

    @AfterEach
    void drop() {
        server.dropDatabase(database);
    }

    private PostgresStore open() {
        Clock clock = Clock.systemUTC();
        PostgresStore store =
                PostgresStore.open(Settings.of(new StoreSettings(server.url(database), null, Map.of(), clock)), clock);
        store.join("busy", AT_ONCE);
        return store;
    }

    private static void rounds(PostgresStore store, int rounds) {
        for (int i = 0; i < rounds; i++) {
            for (int run = 0; run < ROUND; run++) { // one by one, so that each has a row of its own in the line
                store.enqueue(List.of(
                        NewRuns.of("greet", store.clock()).tagged("of-a-round").build()));
            }
            for (int ended = 0; ended < ROUND; ) {
                ended += end(store);
            }
        }
    }

    private static int end(PostgresStore store) {
        List<Claim> claims = store.claim(new ClaimRequest(AT_ONCE, TASKS))
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
        Instant now = store.clock().instant();
        List<Report> ends = new ArrayList<>();
        for (Claim claim : claims) {
            byte[] output = "1".getBytes(StandardCharsets.UTF_8);
            ends.add(new Report.Ended(claim, RunState.COMPLETED, now, now, output, null, null, false));
        }
        List<Receipt> receipts = store.record(ends).toCompletableFuture().join();
        assertThat(receipts).allMatch(receipt -> receipt == Receipt.RECORDED);
        return receipts.size();
    }

    private long number(String sql) {
        return Long.parseLong(String.valueOf(server.query(database, sql)));
    }

    /** Of the table that is claimed from, indexes included. */
    private long hotPages() {
        return number("select pg_total_relation_size('errand.chunk') / 8192");
    }

    private void nothingIsLeft(PostgresStore store) {
        while (store.prune(NONE, 2_000) > 0) {
            // The rest.
        }
        for (String table : List.of("run", "outcome", "tag", "chunk")) {
            assertThat(number("select count(*) from errand." + table)).as(table).isZero();
        }
    }

    @Test
    void whatIsDeletedWhileOthersComeAndGoLeavesRoomForThem() {
        try (PostgresStore store = open();
                PostgresStore pruner = open()) {
            AtomicInteger pruned = new AtomicInteger();
            CompletableFuture<Void> pruning = CompletableFuture.completedFuture(null);
            long early = 0;
            for (int part = 1; part <= 10; part++) {
                pruning = pruning.thenRunAsync(() -> pruned.addAndGet(pruner.prune(NONE, 2_000)));
                rounds(store, ROUNDS / 10);
                pruning.join();
                server.execute(database, "vacuum errand.chunk"); // as the server does by itself
                if (part == 3) {
                    early = hotPages();
                }
            }
            assertThat(pruned.get()).as("deleted meanwhile").isGreaterThan(ROUNDS * ROUND / 4);
            assertThat(hotPages())
                    .as("pages of the hot table, of which %d early on", early)
                    .isLessThan(early * 3 / 2);
            nothingIsLeft(pruner);
        }
    }

    @Test
    void anOldSnapshotKeepsDeadRowsThatClaimsDoNotWalkOver() throws Exception {
        open().close();
        try (Connection old = server.connect(database);
                Statement statement = old.createStatement()) {
            old.setAutoCommit(false);
            old.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            statement.execute("select 1 from errand.run");

            int window = 10;
            long early = reads(window);
            try (PostgresStore store = open()) {
                for (int part = 1; part <= 10; part++) {
                    rounds(store, ROUNDS / 10);
                    store.prune(NONE, 2_000);
                    server.execute(database, "vacuum errand.chunk"); // which may take nothing away
                }
            }
            long dead = (long) (ROUNDS + window) * ROUND;
            long begun = System.nanoTime();
            long late = reads(window);
            double wholeLooks = 3 + (System.nanoTime() - begun) / WHOLE_LOOK;
            System.out.printf(
                    "%,d claims read %,d index entries before, %,d with %,d dead rows that an old snapshot keeps, in %.1f s%n",
                    window * ROUND / AT_ONCE, early, late, dead, wholeLooks - 3);
            // Each row has two entries at most where a claim looks, and those of the window die meanwhile.
            assertThat((double) (late - early)).isLessThan(2 * wholeLooks * (dead + (long) window * ROUND));
            old.commit();
            server.execute(database, "vacuum errand.chunk");
            try (PostgresStore store = open()) {
                nothingIsLeft(store);
            }
        }
    }

    /** How many entries of the hot table's indexes some rounds read. */
    private long reads(int rounds) throws InterruptedException {
        awaitNobody();
        server.execute(database, "select pg_stat_reset()");
        try (PostgresStore store = open()) {
            rounds(store, rounds);
        }
        awaitNobody();
        return number("select sum(idx_tup_read)::bigint from pg_stat_user_indexes where relname = 'chunk'");
    }

    /** So that what sessions counted has been added up; but for the one with the snapshot. */
    private void awaitNobody() throws InterruptedException {
        String others = "select count(*) from pg_stat_activity where datname = '" + database
                + "' and pid <> pg_backend_pid() and application_name = 'errand'";
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (number(others) > 0) {
            assertThat(System.nanoTime()).as("others are still connected").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}

package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Limits;
import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.QueueEntry;
import dev.errand.store.Report;
import dev.errand.store.RunOptions;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many pages of indexes the claims under limits read, by the server's own counters. */
class ClaimPagesTest {
    private static final String TASK = "greet";
    private static final int CLAIMS = 20;
    private static final int BATCH = 2_000;

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();

    @AfterEach
    void drop() {
        server.dropDatabase(database);
    }

    private PostgresStore open() {
        Clock clock = Clock.systemUTC();
        StoreSettings settings = new StoreSettings(server.url(database), null, Map.of(), clock);
        PostgresStore store = PostgresStore.open(Settings.of(settings), clock);
        store.join("reader", 10);
        return store;
    }

    private static NewRun run(String key, Duration delay) {
        return NewRuns.of(TASK, Clock.systemUTC())
                .in(delay)
                .options(RunOptions.NONE.withQueue("mail").withConcurrencyKey(key))
                .build();
    }

    private static void enqueue(PostgresStore store, String prefix, int keys, Duration delay) {
        for (int from = 0; from < keys; from += BATCH) {
            List<NewRun> runs = new ArrayList<>();
            for (int i = from; i < Math.min(keys, from + BATCH); i++) {
                runs.add(run(prefix + i, delay));
            }
            store.enqueue(runs);
        }
    }

    private void fill(int due) {
        try (PostgresStore store = open()) {
            store.queues().declare(List.of(new QueueEntry("mail", Limits.none().concurrencyPerKey(1))));
            enqueue(store, "due ", due, Duration.ZERO);
        }
    }

    private void delay() throws Exception {
        try (PostgresStore store = open()) {
            enqueue(store, "later ", 40_000, Duration.ofHours(1));
        }
    }

    /** Each run ends before the next is claimed. */
    private static void claim(PostgresStore store) throws Exception {
        for (int i = 0; i < CLAIMS; i++) {
            Claim claim = store.claim(new ClaimRequest(1, Set.of(TASK)))
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS)
                    .getFirst();
            Instant now = store.clock().instant();
            Report end = new Report.Ended(claim, RunState.COMPLETED, now, now, null, null, null, false);
            store.record(List.of(end)).toCompletableFuture().get(60, TimeUnit.SECONDS);
        }
    }

    private long pagesOfClaims() throws Exception {
        awaitOnly(0);
        server.execute(database, "select pg_stat_reset()");
        try (PostgresStore store = open()) {
            claim(store);
        }
        return pages();
    }

    /** Once it is known and changes no more: servers of old collect it in a process of its own, half a second later. */
    private long pages() throws Exception {
        awaitOnly(0);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        long pages = counted();
        for (int unchanged = 0; pages == 0 || unchanged < 3; ) {
            assertThat(System.nanoTime()).as("pages are still counted").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(600);
            long before = pages;
            pages = counted();
            unchanged = pages == before ? unchanged + 1 : 0;
        }
        return pages;
    }

    private long counted() {
        return Long.parseLong(
                String.valueOf(
                        server.query(
                                database,
                                "select coalesce(sum(idx_blks_hit + idx_blks_read), 0)::bigint from pg_statio_user_indexes where relname = 'chunk'")));
    }

    /** So that what the connections of others counted has been added up. */
    private void awaitOnly(int connections) throws InterruptedException {
        String others =
                "select count(*) from pg_stat_activity where datname = '" + database + "' and pid <> pg_backend_pid()";
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (Integer.parseInt(String.valueOf(server.query(database, others))) > connections) {
            assertThat(System.nanoTime()).as("others are still connected").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private int connections() {
        return Integer.parseInt(String.valueOf(server.query(
                database,
                "select count(*) from pg_stat_activity where datname = '" + database
                        + "' and pid <> pg_backend_pid()")));
    }

    @Test
    void keysOfWhichNothingIsDueYetAreNotLookedAt() throws Exception {
        fill(3 * CLAIMS);
        long without = pagesOfClaims();
        delay();
        long with = pagesOfClaims();
        // The index is a level or two higher.
        assertThat(with).as("pages; without them %d", without).isPositive().isLessThan(3 * without);
    }

    @Test
    void norWithPlansFromWhenThereWereNone() throws Exception {
        fill(3 * CLAIMS);
        long without = pagesOfClaims();
        try (PostgresStore early = open()) {
            claim(early);
            int connections = connections();
            delay();
            awaitOnly(connections);
            server.execute(database, "select pg_stat_reset()");
            claim(early);
        }
        assertThat(pages()).as("pages; without them %d", without).isPositive().isLessThan(6 * without);
    }
}

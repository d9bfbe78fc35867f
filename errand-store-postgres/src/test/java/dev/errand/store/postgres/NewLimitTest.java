package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Limits;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRuns;
import dev.errand.store.QueueEntry;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.Store;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A limit where there was none counts what was claimed before, on whichever node, from the first claim under it. */
@Order(4)
class NewLimitTest {
    private static final String LIMITED = "task/greet";
    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();
    private Store first;
    private Store second;

    @BeforeEach
    void openStores() {
        first = open("");
        second = open("");
        first.join("first", 10);
        second.join("second", 10);
        first.queues().declare(List.of(new QueueEntry(LIMITED, Limits.none())));
    }

    @AfterEach
    void closeStores() {
        first.close();
        second.close();
    }

    private Store open(String options) {
        return new PostgresStoreProvider()
                .open(new StoreSettings(server.url(database) + options, null, Map.of(), Clock.systemUTC()));
    }

    private static CompletableFuture<List<Claim>> ask(Store store, int max) {
        return store.claim(new ClaimRequest(max, Set.of("greet"))).toCompletableFuture();
    }

    private static List<Claim> claim(Store store, int max) throws Exception {
        return ask(store, max).get(60, TimeUnit.SECONDS);
    }

    private static void end(Store store, List<Claim> claims) {
        List<Report> ends =
                claims.stream().<Report>map(claim -> new Report.Released(claim)).toList();
        assertThat(store.record(ends).toCompletableFuture().join()).containsOnly(Receipt.RECORDED);
    }

    private void declare(Store by, int limit) {
        by.queues().declare(List.of(new QueueEntry(LIMITED, Limits.none().concurrency(limit))));
    }

    @Test
    void aNodeThatIsSilentIsWaitedFor() throws Exception {
        first.enqueue(NewRuns.many(6, "greet", Clock.systemUTC()));
        assertThat(claim(first, 4)).hasSize(4);
        ((PostgresStore) first).abandon(); // it stands still, and may execute what it has
        declare(second, 3);
        CompletableFuture<List<Claim>> claims = ask(second, 6);
        assertThatThrownBy(() -> claims.get(2, TimeUnit.SECONDS))
                .as("claimed besides four that nobody has counted")
                .isInstanceOf(TimeoutException.class);
        assertThat(claims.get(60, TimeUnit.SECONDS))
                .as("if it is not taken for dead, others go on after as long a time")
                .hasSize(2);
    }

    @Test
    void aNodeThatIsSilentIsNotWaitedForWhereOnlyMaxPendingIsAnother() throws Exception {
        declare(first, 3);
        first.enqueue(NewRuns.many(6, "greet", Clock.systemUTC()));
        assertThat(claim(second, 1)).hasSize(1);
        ((PostgresStore) first).abandon();
        second.queues().override(LIMITED, Limits.none().maxPending(100));
        int claimed = 0;
        while (claimed < 2) { // the limit has room for as many
            claimed += ask(second, 2 - claimed).get(10, TimeUnit.SECONDS).size();
        }
    }

    @Test
    void oneThatWasTakenForDeadIsWaitedForNoLonger() throws Exception {
        first.enqueue(NewRuns.many(6, "greet", Clock.systemUTC()));
        assertThat(claim(first, 4)).hasSize(4);
        ((PostgresStore) first).abandon();
        declare(second, 3);
        CompletableFuture<List<Claim>> claims = ask(second, 6);
        server.execute(database, """
                update errand.node set beat = 0 where name = 'first';
                update errand.upkeep set leader = 0, until = 0, afresh = 0, looked = errand.now();
                """);
        assertThat(second.recover()).isEqualTo(4);
        assertThat(claims.get(60, TimeUnit.SECONDS)).hasSize(3);
    }

    /** Also one that has no room to ask for more, and hears of it only with its beat. */
    @ParameterizedTest
    @ValueSource(strings = {"", "&errand.notify=off"})
    void whatAFullNodeHoldsCounts(String options) throws Exception {
        try (Store full = open(options)) {
            full.join("full", 4);
            full.enqueue(NewRuns.many(6, "greet", Clock.systemUTC()));
            List<Claim> held = claim(full, 4);
            assertThat(held).hasSize(4);
            declare(second, 4);
            CompletableFuture<List<Claim>> claims = ask(second, 6);
            full.beat();
            awaitCounted(4);
            assertThat(claims).isNotDone();
            end(full, held);
            assertThat(claims.get(60, TimeUnit.SECONDS)).hasSizeBetween(1, 4);
        }
    }

    /** It may stay open for long; nobody records, claims or starts anything else less for that. */
    @Test
    void aRunThatEndsInATransactionOfAUsersHoldsUpItsNodeInNothingElse() throws Exception {
        first.enqueue(NewRuns.many(3, "greet", Clock.systemUTC()));
        List<Claim> held = claim(first, 3);
        try (Connection users = server.connect(database)) {
            users.setAutoCommit(false);
            execute(users, "select from errand.chunk for update");
            declare(second, 2);
            first.enqueue(NewRuns.many(1, "other", Clock.systemUTC()));
            assertThat(first.claim(new ClaimRequest(1, Set.of("other")))
                            .toCompletableFuture()
                            .get(60, TimeUnit.SECONDS))
                    .hasSize(1);
            users.rollback();
        }
        CompletableFuture<List<Claim>> claims = ask(second, 6);
        end(first, held);
        assertThat(claims.get(60, TimeUnit.SECONDS)).hasSizeBetween(1, 2);
    }

    /** Its row still says what share it was of. */
    @Test
    void whatWasCountedBeforeTheLimitWasTakenAwayCountsOnceThereIsOneAgain() throws Exception {
        declare(first, 2);
        first.enqueue(NewRuns.many(2, "greet", Clock.systemUTC()));
        end(first, claim(first, 2));
        first.queues().declare(List.of(new QueueEntry(LIMITED, Limits.none())));
        List<Claim> held = new ArrayList<>();
        while (held.size() < 2) {
            held.addAll(claim(first, 2));
        }
        declare(first, 1);
        awaitCounted(2);
        first.enqueue(NewRuns.many(1, "greet", Clock.systemUTC()));
        CompletableFuture<List<Claim>> claims = ask(second, 6);
        assertThatThrownBy(() -> claims.get(1, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
        end(first, held);
        assertThat(claims.get(60, TimeUnit.SECONDS)).hasSize(1);
    }

    private void awaitCounted(int number) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (second.queues().find(LIMITED).orElseThrow().claimed() != number) {
            assertThat(System.nanoTime()).as("what is held is counted").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    @Test
    void nothingIsToBeAgreedOnWhereNoLimitWasChanged() {
        declare(first, 3);
        String limited = server.query(database, "select limited from errand.rules");
        first.queues().pause(LIMITED, true);
        first.queues().pause(LIMITED, false);
        first.queues().declare(List.of(new QueueEntry("wide", Limits.none()), new QueueEntry("used", null)));
        first.queues().declare(List.of(new QueueEntry("WIDE", Limits.none())));
        assertThat(server.query(database, "select limited from errand.rules")).isEqualTo(limited);
        first.queues().override("wide", Limits.none().concurrency(1));
        assertThat(server.query(database, "select limited from errand.rules")).isNotEqualTo(limited);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

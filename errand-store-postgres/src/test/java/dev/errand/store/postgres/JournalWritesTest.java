package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRuns;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.StepEntry;
import dev.errand.store.StoreSettings;
import dev.errand.store.format.ClaimIds;
import dev.errand.store.postgres.server.PostgresServer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Steps are written many at once, fenced by the rows their runs were claimed with, against all who want these rows. */
class JournalWritesTest {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();
    private final Settings settings =
            Settings.of(new StoreSettings(server.url(database), null, Map.of(), Clock.systemUTC()));
    private final List<PostgresStore> opened = new ArrayList<>();
    private PostgresStore store;

    @BeforeEach
    void openStore() {
        store = open("slow");
    }

    @AfterEach
    void closeStores() {
        opened.forEach(PostgresStore::close);
        server.dropDatabase(database);
    }

    private PostgresStore open(String node) {
        PostgresStore another = PostgresStore.open(settings, Clock.systemUTC());
        opened.add(another);
        another.join(node, 100);
        return another;
    }

    private List<Claim> claimNew(int runs) throws Exception {
        store.enqueue(NewRuns.many(runs, "greet", Clock.systemUTC()));
        return claimAll(store, runs);
    }

    private static List<Claim> claimAll(PostgresStore by, int runs) throws Exception {
        List<Claim> claims = new ArrayList<>();
        while (claims.size() < runs) {
            claims.addAll(claim(by, runs - claims.size()));
        }
        return claims;
    }

    private static List<Claim> claim(PostgresStore by, int most) throws Exception {
        return get(by.claim(new ClaimRequest(most, Set.of("greet"))).toCompletableFuture());
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    private static List<Receipt> record(PostgresStore by, List<Report> reports) throws Exception {
        return get(by.record(reports).toCompletableFuture());
    }

    private static Report journaled(Claim claim, int position, String key) {
        Instant now = Instant.now();
        byte[] result = "1".getBytes(StandardCharsets.UTF_8);
        return new Report.Journaled(claim, new StepEntry(position, key, "pay", 1, now, now, result, null));
    }

    private static List<Report> journaled(List<Claim> claims, int position, String key) {
        return claims.stream().map(claim -> journaled(claim, position, key)).toList();
    }

    private static Report.Ended completed(Claim claim) {
        Instant now = Instant.now();
        return new Report.Ended(claim, RunState.COMPLETED, now, now, null, null, null, false);
    }

    private List<String> keys(RunId run) {
        return store.steps(run, 0, 100).stream().map(StepEntry::key).toList();
    }

    private String query(String sql) {
        return String.valueOf(server.query(database, sql));
    }

    private void endLeaseOfSlow() {
        server.execute(database, """
                update errand.node set beat = 0 where name = 'slow';
                update errand.upkeep set leader = 0, until = 0, afresh = 0, looked = errand.now();
                """);
    }

    // ── with what they are written

    @Test
    void thousandsOfThemAreOneStatement() throws Exception {
        List<Claim> claims = claimNew(1_000);
        List<Report> steps = new ArrayList<>(journaled(claims, 1, "first"));
        steps.addAll(journaled(claims, 2, "second"));
        assertThat(statements(claims, steps)).isEqualTo(1);
        assertThat(query("select count(*) from errand.step")).isEqualTo("2000");
    }

    @Test
    void thoseOfRunsWithRowsOfTheirOwnAreAnother() throws Exception {
        List<Claim> claims = claimNew(1_000);
        Instant now = Instant.now();
        List<Report> reports = new ArrayList<>();
        for (Claim claim : claims.subList(300, 700)) {
            reports.add(new Report.Started(claim, now));
        }
        reports.addAll(journaled(claims, 1, "first"));
        assertThat(statements(claims, reports)).as("the starts, and the steps").isEqualTo(3);
        assertThat(query("select count(*) from errand.step")).isEqualTo("1000");
    }

    @Test
    void aRunStaysInItsChunk() throws Exception {
        List<Claim> claims = claimNew(10);
        String chunks =
                "select string_agg(format('%s %s %s', claim, runs, dirty or disturbed), ', ') from errand.chunk";
        String before = query(chunks);
        assertThat(record(store, journaled(claims, 1, "first"))).containsOnly(Receipt.RECORDED);
        assertThat(query(chunks)).isEqualTo(before);
    }

    /** How many a commit of these reports takes, as the lane makes it. */
    private int statements(List<Claim> claims, List<Report> reports) throws Exception {
        AtomicInteger executed = new AtomicInteger();
        try (Database connection = new Database(counted(server.connect(database), executed), "errand")) {
            connection.begin();
            executed.set(0);
            assertThat(recording(connection, claims).record(reports)).containsOnly(Receipt.RECORDED);
            connection.commit();
        }
        return executed.get();
    }

    private Recording recording(Database connection, List<Claim> claims) throws SQLException {
        TaskNumbers tasks = new TaskNumbers();
        long node = ClaimIds.node(claims.getFirst().id());
        return new Recording(
                new Tx(connection, tasks, new Time(Clock.systemUTC()).now(), node), held(claims), false, false);
    }

    /** What the store remembers of the rows of which all runs were claimed. */
    private Held held(List<Claim> claims) throws SQLException {
        Map<Long, Integer> runs = new HashMap<>();
        claims.forEach(claim -> runs.merge(claim.id(), 1, Integer::sum));
        Held held = new Held();
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select line, position, first, single, claim from errand.chunk where claim <> 0")) {
            while (rows.next()) {
                Held.Key key =
                        new Held.Key(rows.getLong(1), rows.getLong(2), Ids.of(rows.getObject(3)), rows.getBoolean(4));
                held.add(new Held.Chunk(key, rows.getLong(5), runs.getOrDefault(rows.getLong(5), 0), false));
            }
        }
        return held;
    }

    private static Connection counted(Connection real, AtomicInteger executed) {
        return (Connection) proxy(Connection.class, real, executed);
    }

    private static Object proxy(Class<?> type, Object real, AtomicInteger executed) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            if (method.getName().startsWith("execute")) {
                executed.incrementAndGet();
            }
            try {
                Object answer = method.invoke(real, arguments);
                return answer instanceof PreparedStatement ? proxy(PreparedStatement.class, answer, executed) : answer;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }

    // ── against whom

    @Test
    void aRunThatTheSameNodeClaimedAgainIsWrittenToUnderItsNewClaim() throws Exception {
        List<Claim> claims = claimNew(10);
        Claim lost = claims.get(3);
        assertThat(record(store, List.of(new Report.Released(lost)))).containsOnly(Receipt.RECORDED);
        Claim held = claim(store, 1).getFirst();
        assertThat(held.run()).isEqualTo(lost.run());
        assertThat(record(store, List.of(journaled(held, 1, "held"), journaled(lost, 1, "lost"))))
                .containsExactly(Receipt.RECORDED, Receipt.LOST);
        assertThat(record(store, List.of(journaled(lost, 1, "lost"), journaled(held, 1, "held"))))
                .containsExactly(Receipt.LOST, Receipt.RECORDED);
        assertThat(record(store, List.of(journaled(lost, 2, "lost")))).containsOnly(Receipt.LOST);
        assertThat(keys(held.run())).containsExactly("held");
        assertThat(record(store, journaled(claims.subList(4, 10), 1, "neighbour")))
                .containsOnly(Receipt.RECORDED);
    }

    @Test
    void whatIsBeingWrittenIsNotTakenBackUntilItIs() throws Exception {
        List<Claim> claims = claimNew(3);
        PostgresStore other = open("other");
        endLeaseOfSlow();
        try (Database connection = new Connections(settings).open()) {
            connection.begin();
            assertThat(recording(connection, claims).record(journaled(claims, 1, "late")))
                    .containsOnly(Receipt.RECORDED);
            assertThat(other.recover()).as("locked").isZero();
            connection.commit();
        }
        assertThat(other.recover()).isEqualTo(3);
        for (Claim claim : claimAll(other, 3)) {
            assertThat(keys(claim.run())).containsExactly("late");
        }
    }

    @Test
    void whatIsBeingTakenBackIsNotWrittenTo() throws Exception {
        List<Claim> claims = claimNew(3);
        try (Connection recovering = server.connect(database);
                Statement statement = recovering.createStatement()) {
            recovering.setAutoCommit(false);
            statement.executeUpdate("update errand.chunk set claim = 0");
            CompletableFuture<List<Receipt>> written =
                    store.record(journaled(claims, 1, "stale")).toCompletableFuture();
            awaitLockWaiter();
            assertThatThrownBy(() -> written.get(1, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            recovering.commit();
            assertThat(get(written)).containsOnly(Receipt.LOST);
        }
        assertThat(query("select count(*) from errand.step")).isEqualTo("0");
    }

    private void awaitLockWaiter() {
        long deadline = System.nanoTime() + PATIENCE;
        while ("0"
                .equals(query("select count(*) from pg_stat_activity where datname = current_database()"
                        + " and wait_event_type = 'Lock'"))) {
            assertThat(System.nanoTime()).as("somebody waits for a lock").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void whatIsTakenBackInTheMidstOfWritesIsWrittenToByItsNextHolderOnly() throws Exception {
        for (int round = 0; round < 10; round++) {
            PostgresStore slow = store;
            List<Claim> claims = claimNew(20);
            if (round % 2 == 1) {
                Instant now = Instant.now();
                assertThat(record(slow, List.of(new Report.Started(claims.get(7), now))))
                        .containsOnly(Receipt.RECORDED);
            }
            PostgresStore other = open("other " + round);
            CompletableFuture<Void> lost = new CompletableFuture<>();
            CompletableFuture<Void> taken = new CompletableFuture<>();
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                int written = 0;
                while (write(slow, claims, "slow " + ++written).contains(Receipt.RECORDED)) {
                    // Until it has lost all of them.
                }
                lost.complete(null);
                taken.join();
                for (int after = 0; after < 5; after++) {
                    assertThat(write(slow, claims, "slow after")).containsOnly(Receipt.LOST);
                }
            });
            endLeaseOfSlow();
            takeBack(other, claims.size());
            get(lost);
            Map<RunId, List<String>> before = new HashMap<>();
            List<Claim> again = claimAll(other, claims.size());
            again.forEach(claim -> before.put(claim.run(), keys(claim.run())));
            taken.complete(null);
            assertThat(record(other, journaled(again, 2, "other"))).containsOnly(Receipt.RECORDED);
            get(writing);
            for (Claim claim : again) {
                List<String> expected = new ArrayList<>(before.getOrDefault(claim.run(), List.of()));
                expected.add("other");
                assertThat(keys(claim.run())).isEqualTo(expected);
            }
            record(
                    other,
                    again.stream().<Report>map(JournalWritesTest::completed).toList());
            store = other;
            server.execute(database, "update errand.node set name = 'slow' where name = 'other " + round + "'");
        }
    }

    private static List<Receipt> write(PostgresStore by, List<Claim> claims, String key) {
        return by.record(journaled(claims, 1, key)).toCompletableFuture().join();
    }

    private static void takeBack(PostgresStore by, int runs) {
        long deadline = System.nanoTime() + PATIENCE;
        for (int taken = 0; taken < runs; taken += by.recover()) {
            assertThat(System.nanoTime()).as("all are taken back").isLessThan(deadline);
        }
    }

    @Test
    void aTransactionOfAUsersInWhichARunEndsHoldsUpNoneOfItsNeighbours() throws Exception {
        List<Claim> claims = claimNew(3);
        assertThat(record(store, journaled(claims, 1, "first"))).containsOnly(Receipt.RECORDED);
        try (Connection transaction = server.connect(database)) {
            transaction.setAutoCommit(false);
            assertThat(store.complete(transaction, () -> null, completed(claims.getFirst())))
                    .isEqualTo(Receipt.RECORDED);
            assertThat(record(store, journaled(claims.subList(1, 3), 2, "second")))
                    .containsOnly(Receipt.RECORDED);
            transaction.commit();
        }
        assertThat(record(store, List.of(journaled(claims.getFirst(), 2, "late"))))
                .containsOnly(Receipt.LOST);
        assertThat(keys(claims.getFirst().run())).containsExactly("first");
    }
}

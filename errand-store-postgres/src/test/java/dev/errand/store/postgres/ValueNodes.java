package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.ValueInfo;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRuns;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.SeenValue;
import dev.errand.store.StepEntry;
import dev.errand.store.Store;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Two nodes on a database of their own, whose runs wait for values. */
final class ValueNodes implements AutoCloseable {
    static final Clock CLOCK = Clock.systemUTC();

    final PostgresServer server = PostgresServer.shared();
    final String database = server.createDatabase();
    final PostgresStore first = open("first");
    final PostgresStore second = open("second");

    private PostgresStore open(String name) {
        PostgresStore store = PostgresStore.open(settings(), CLOCK);
        store.join(name, 100);
        return store;
    }

    private Settings settings() {
        return Settings.of(new StoreSettings(server.url(database), null, Map.of(), CLOCK));
    }

    static byte @Nullable [] bytes(@Nullable String json) {
        return json == null ? null : json.getBytes(StandardCharsets.UTF_8);
    }

    /** A user's transaction. */
    Connection begin() throws SQLException {
        Connection connection = server.connect(database);
        connection.setAutoCommit(false);
        return connection;
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    // ── runs and values

    static List<Claim> claimed(Store store, int many) throws Exception {
        store.enqueue(NewRuns.many(many, "wait", CLOCK));
        List<Claim> claims = new ArrayList<>();
        while (claims.size() < many) {
            claims.addAll(get(store.claim(new ClaimRequest(many - claims.size(), Set.of("wait")))
                    .toCompletableFuture()));
        }
        return claims;
    }

    SeenValue seen(String name) {
        return new SeenValue(
                name, first.values().find(name).map(ValueInfo::version).orElse(0L));
    }

    /** Whatever it was. */
    static ValueInfo set(Store store, String name, @Nullable String json) {
        while (true) {
            long version = store.values().find(name).map(ValueInfo::version).orElse(0L);
            Optional<ValueInfo> set = store.values().set(name, version, bytes(json));
            if (set.isPresent()) {
                return set.get();
            }
        }
    }

    static Report waiting(Claim claim, boolean withStep, SeenValue... values) {
        Instant now = CLOCK.instant();
        StepEntry step = new StepEntry(1, "until:enough#1", "enough", claim.attempt(), now, null, null, null);
        Report.Awaits awaits = new Report.Awaits(List.of(), List.of(), List.of(values), true);
        return new Report.Waiting(claim, now, now, withStep ? List.of(step) : List.of(), null, awaits);
    }

    /** A run that waits, and whose value was looked at. */
    Claim waits(String name) throws Exception {
        Claim claim = claimed(first, 1).getFirst();
        record(first, waiting(claim, true, seen(name)));
        first.advance();
        assertThat(state(claim.run())).isEqualTo(RunState.WAITING);
        return claim;
    }

    static void record(Store store, Report report) throws Exception {
        assertThat(get(store.record(List.of(report)).toCompletableFuture())).containsExactly(Receipt.RECORDED);
    }

    /** Something that a node does within a transaction. */
    interface Work<T> {
        T with(Tx tx) throws SQLException;
    }

    <T> T within(Work<T> work) throws SQLException {
        try (Database connection = new Connections(settings()).open()) {
            connection.begin();
            T answer = work.with(new Tx(connection, new TaskNumbers(), new Time(CLOCK).now(), 0));
            connection.commit();
            return answer;
        }
    }

    /** The same, on a thread of its own. */
    <T> CompletableFuture<T> asideWithin(Work<T> work) {
        return aside(() -> {
            try {
                return within(work);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** Marks who waits for what was changed, which is one, and looks at nothing. */
    void mark() throws SQLException {
        assertThat(within(tx -> ValueChanges.mark(tx, Changes.BEGINNING)).waits())
                .isEqualTo(1);
    }

    RunState state(RunId run) {
        return first.find(run).orElseThrow().state();
    }

    // ── time

    /** On a thread of its own: all may wait at the same time. */
    static <T> CompletableFuture<T> aside(Supplier<T> work) {
        return CompletableFuture.supplyAsync(
                work, task -> Thread.ofPlatform().daemon().start(task));
    }

    static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    void awaitBlocked(int sessions) {
        String blocked = "select count(*) from pg_stat_activity where datname = '" + database
                + "' and cardinality(pg_blocking_pids(pid)) > 0";
        await(blocked, sessions);
    }

    void await(String query, int number) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!String.valueOf(number).equals(server.query(database, query))) {
            assertThat(System.nanoTime()).as(query).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    /** Nobody waits for the other for ever, nor did the server have to see to that. */
    void assertNoDeadlocks() {
        first.close();
        second.close();
        await(
                "select count(*) from pg_stat_activity where datname = '" + database + "' and pid <> pg_backend_pid()",
                0);
        assertThat(server.query(database, "select deadlocks from pg_stat_database where datname = current_database()"))
                .isEqualTo("0");
    }

    @Override
    public void close() {
        first.close();
        second.close();
        server.dropDatabase(database);
    }
}

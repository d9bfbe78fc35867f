package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.NodeInfo;
import dev.errand.store.Store;
import dev.errand.store.StoreFixture;
import dev.errand.store.StoreSettings;
import dev.errand.store.format.Times;
import dev.errand.store.postgres.server.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A schema of its own, in a database that all tests of this process share. Its owner makes the tables; the tests work on them by a role
 * that may do what docs/postgresql.md says it needs, and no more.
 */
final class PostgresFixture implements StoreFixture {
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    private final String schema = "test_" + SCHEMAS.incrementAndGet();

    PostgresFixture() {
        Settings owners = settings(PostgresServer.SUPERUSER, Clock.systemUTC(), Map.of("schema", schema));
        try (Database database = new Connections(owners).open()) {
            Migrations.apply(owners, database, Migrations.NEWEST);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        PostgresServer.shared().execute(Shared.DATABASE, WorkersRole.grants(schema, Shared.WORKER));
    }

    @Override
    public Store open(Clock clock) {
        return PostgresStore.open(settings(Shared.WORKER, clock, Map.of("schema", schema, "migrate", "off")), clock);
    }

    private static Settings settings(String user, Clock clock, Map<String, String> options) {
        return Settings.of(new StoreSettings(url(user), null, options, clock));
    }

    private static String url(String user) {
        return PostgresServer.shared().url(Shared.DATABASE).replace("user=" + PostgresServer.SUPERUSER, "user=" + user);
    }

    /** As if it had died long ago: its lease has ended, and others have looked for the dead all the while. */
    @Override
    public void kill(Store store) {
        long node = store.nodes().stream()
                .filter(NodeInfo::self)
                .mapToLong(NodeInfo::number)
                .sum();
        long now = Times.micros(store.clock().instant());
        ((PostgresStore) store).abandon();
        PostgresServer.shared().execute(Shared.DATABASE, """
                update %1$s.node set beat = 0 where number = %2$d;
                update %1$s.upkeep set leader = 0, until = 0, afresh = 0, looked = %3$d;
                """.formatted(schema, node, now));
    }

    /** What looks is a thread of its own, which may not even have begun when whoever told it to goes on. */
    @Override
    public void awaitLook(Store store) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (((PostgresStore) store).isToLook()) {
            assertThat(System.nanoTime()).as("it looks").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
        }
    }

    @Override
    public Connection connect() throws SQLException {
        return begin(DriverManager.getConnection(url(Shared.WORKER)));
    }

    @Override
    public Connection connectElsewhere() throws SQLException {
        return begin(PostgresServer.shared().connect(Shared.ELSEWHERE));
    }

    /** To the database of the stores, for what a lesser role may not say. */
    static Connection connectAsSuperuser() throws SQLException {
        return begin(PostgresServer.shared().connect(Shared.DATABASE));
    }

    private static Connection begin(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        return connection;
    }

    @Override
    public void close() {
        PostgresServer.shared().execute(Shared.DATABASE, "drop schema " + schema + " cascade");
    }

    private static final class Shared {
        static final String DATABASE = PostgresServer.shared().createDatabase();
        static final String WORKER = worker();
        static final String ELSEWHERE = PostgresServer.shared().createDatabase();

        /** Tables of its own it may make, as users do. */
        private static String worker() {
            PostgresServer.shared().execute("create role worker login");
            PostgresServer.shared().execute(DATABASE, "grant create on schema public to worker");
            return "worker";
        }
    }
}

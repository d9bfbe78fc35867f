package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.NodeInfo;
import dev.errand.store.Store;
import dev.errand.store.StoreFixture;
import dev.errand.store.StoreSettings;
import dev.errand.store.format.Times;
import dev.errand.store.postgres.server.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A schema of its own, in a database that all tests of this process share. */
final class PostgresFixture implements StoreFixture {
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    private final String schema = "test_" + SCHEMAS.incrementAndGet();

    @Override
    public Store open(Clock clock) {
        return PostgresStore.open(Settings.of(settings(Map.of("schema", schema), clock)), clock);
    }

    static StoreSettings settings(Map<String, String> options, Clock clock) {
        return new StoreSettings(PostgresServer.shared().url(Shared.DATABASE), null, options, clock);
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
        return connect(Shared.DATABASE);
    }

    @Override
    public Connection connectElsewhere() throws SQLException {
        return connect(Shared.ELSEWHERE);
    }

    private static Connection connect(String database) throws SQLException {
        Connection connection = PostgresServer.shared().connect(database);
        connection.setAutoCommit(false);
        return connection;
    }

    @Override
    public void close() {
        PostgresServer.shared().execute(Shared.DATABASE, "drop schema " + schema + " cascade");
    }

    private static final class Shared {
        static final String DATABASE = PostgresServer.shared().createDatabase();
        static final String ELSEWHERE = PostgresServer.shared().createDatabase();
    }
}

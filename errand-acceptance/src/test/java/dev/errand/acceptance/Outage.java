package dev.errand.acceptance;

import dev.errand.store.postgres.server.PostgresServer;
import dev.errand.store.postgres.server.TcpProxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A store that an engine cannot reach for a while, while others can look at it. */
abstract class Outage implements AutoCloseable {
    static Outage of(Path folder) throws SQLException {
        return TestStore.POSTGRES ? new CutOff() : new Locked(folder);
    }

    /** What to open the engine with. */
    abstract String url();

    abstract void begin() throws SQLException;

    abstract void end() throws SQLException;

    abstract long recordedOutcomes() throws SQLException;

    @Override
    public abstract void close() throws SQLException;

    private static long count(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from " + table)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Somebody else has the right to write to the file, which the engine has only while it commits. */
    private static final class Locked extends Outage {
        private final String url;
        private final Connection stranger;

        Locked(Path folder) throws SQLException {
            url = TestStore.url(folder);
            stranger = DriverManager.getConnection(url);
        }

        @Override
        String url() {
            return url;
        }

        private void execute(String sql) throws SQLException {
            try (Statement statement = stranger.createStatement()) {
                statement.execute(sql);
            }
        }

        @Override
        void begin() throws SQLException {
            execute("pragma busy_timeout = 10000");
            execute("begin immediate");
        }

        @Override
        void end() throws SQLException {
            execute("rollback");
        }

        @Override
        long recordedOutcomes() throws SQLException {
            return count(stranger, "outcome");
        }

        @Override
        public void close() throws SQLException {
            stranger.close();
        }
    }

    /** The network between breaks. */
    private static final class CutOff extends Outage {
        private final PostgresServer server = PostgresServer.shared();
        private final String database = server.createDatabase();
        private final TcpProxy proxy = TcpProxy.to(server.port());

        @Override
        String url() {
            return server.url(database, proxy.port());
        }

        @Override
        void begin() {
            proxy.refuse();
            proxy.cut();
        }

        @Override
        void end() {
            proxy.heal();
        }

        @Override
        long recordedOutcomes() throws SQLException {
            try (Connection connection = server.connect(database)) {
                return count(connection, "errand.outcome");
            }
        }

        @Override
        public void close() {
            proxy.close();
            server.dropDatabase(database);
        }
    }
}

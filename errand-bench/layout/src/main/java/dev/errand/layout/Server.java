package dev.errand.layout;

import dev.errand.store.postgres.server.PostgresServer;
import java.util.Map;

/** The one PostgreSQL of all candidates. */
final class Server implements AutoCloseable {
    /** What is measured with; everything is durable. */
    static final Map<String, String> SETTINGS =
            Map.of("shared_buffers", "1GB", "fsync", "on", "synchronous_commit", "on");

    private static final String MAINTENANCE = "postgres";

    private final PostgresServer server;

    Server(PostgresServer server) {
        this.server = server;
    }

    /** Starts one in a temporary folder on the disk. */
    static Server start() {
        return new Server(PostgresServer.start(SETTINGS));
    }

    String version() {
        return "PostgreSQL " + server.query(MAINTENANCE, "show server_version");
    }

    /** Makes an empty database. */
    String createDatabase() {
        return server.createDatabase();
    }

    String url(String database) {
        return server.url(database);
    }

    void dropDatabase(String database) {
        server.dropDatabase(database);
        checkpoint();
    }

    /** From now on the first change of each page brings the whole page into the log. */
    void checkpoint() {
        server.execute("checkpoint");
    }

    /** Bytes written to the log so far. */
    double log() {
        return Double.parseDouble(
                String.valueOf(server.query(MAINTENANCE, "select pg_current_wal_insert_lsn() - '0/0'::pg_lsn")));
    }

    @Override
    public void close() {
        server.close();
    }
}

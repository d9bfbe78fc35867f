package dev.errand.costs;

import dev.errand.bench.Stores;
import dev.errand.store.postgres.server.PostgresServer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Databases of a PostgreSQL of its own. */
final class PostgresStores implements Stores {
    /** What is not the default; everything is durable. */
    private static final Map<String, String> SETTINGS = Map.of("shared_buffers", "1GB");

    private static final String ANY = "postgres";

    private final PostgresServer server = PostgresServer.start(SETTINGS);
    private final Map<String, String> databases = new HashMap<>();

    @Override
    public String version() {
        return "PostgreSQL " + server.query(ANY, "show server_version");
    }

    @Override
    public int stepsGoal() {
        return 5_000;
    }

    @Override
    public String fresh() {
        String database = server.createDatabase();
        String url = server.url(database);
        databases.put(url, database);
        return url;
    }

    @Override
    public void clear() {
        databases.values().forEach(server::dropDatabase);
        databases.clear();
        server.execute("checkpoint");
    }

    @Override
    public long transactions(String url) {
        String sql = "select xact_commit + xact_rollback from pg_stat_database where datname = '%s'"
                .formatted(databases.get(url));
        return Long.parseLong(Objects.requireNonNull(server.query(ANY, sql)));
    }

    @Override
    public void close() {
        server.close();
    }
}

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

    /** A view in place of the table takes rows as the table does, and counts them: the engine checks that. */
    private static final String KEEP_NO_EVENTS = """
            alter table errand.event rename to kept_event;
            create view errand.event as select * from errand.kept_event;
            create function errand.keep_no_event() returns trigger language plpgsql as 'begin return new; end';
            create trigger keep_no_event instead of insert on errand.event
                   for each row execute function errand.keep_no_event();
            """;

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
    public void keepNoEvents(String url) {
        server.execute(Objects.requireNonNull(databases.get(url)), KEEP_NO_EVENTS);
    }

    @Override
    public void close() {
        server.close();
    }
}

package dev.errand.cli;

import dev.errand.store.postgres.server.PostgresServer;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The store that commands are tested on: SQLite, or PostgreSQL with {@code -Derrand.test.store=postgres}. The build runs the tests with the
 * tag {@value #ON_BOTH} on both.
 */
final class TestStore {
    /** The tag of tests of what commands do with a store, whichever it is. */
    static final String ON_BOTH = "stores";

    private static final boolean POSTGRES = "postgres".equals(System.getProperty("errand.test.store"));

    private static final Map<Path, String> SCHEMAS = new ConcurrentHashMap<>();

    private TestStore() {}

    /** The URL of the store that belongs to a folder. */
    static String url(Path folder) {
        return POSTGRES
                ? SCHEMAS.computeIfAbsent(folder.toAbsolutePath(), each -> emptySchema())
                : "jdbc:sqlite:" + folder.resolve("errand.db");
    }

    private static String emptySchema() {
        return PostgresServer.shared().url(Database.NAME) + "&errand.schema=cli_" + SCHEMAS.size();
    }

    private static final class Database {
        static final String NAME = PostgresServer.shared().createDatabase();
    }
}

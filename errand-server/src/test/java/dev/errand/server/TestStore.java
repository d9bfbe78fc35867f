package dev.errand.server;

import dev.errand.store.postgres.server.PostgresServer;
import java.util.concurrent.atomic.AtomicInteger;

/** The store that tests run on: SQLite, or PostgreSQL with {@code -Derrand.test.store=postgres}. */
final class TestStore {
    private static final boolean POSTGRES = "postgres".equals(System.getProperty("errand.test.store"));
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    private TestStore() {}

    /** The URL of an empty one. */
    static String url() {
        return POSTGRES
                ? PostgresServer.shared().url(Database.NAME) + "&errand.schema=http_" + SCHEMAS.incrementAndGet()
                : "jdbc:sqlite::memory:";
    }

    private static final class Database {
        static final String NAME = PostgresServer.shared().createDatabase();
    }
}

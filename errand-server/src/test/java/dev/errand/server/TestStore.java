package dev.errand.server;

import dev.errand.store.postgres.server.PostgresServer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** The store that tests run on: SQLite, or PostgreSQL with {@code -Derrand.test.store=postgres}. */
public final class TestStore {
    private static final boolean POSTGRES = "postgres".equals(System.getProperty("errand.test.store"));
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    private TestStore() {}

    /** The URL of an empty one. */
    static String url() {
        return POSTGRES
                ? PostgresServer.shared().url(Database.NAME) + "&errand.schema=http_" + SCHEMAS.incrementAndGet()
                : "jdbc:sqlite::memory:";
    }

    /** The URL of an empty one that other processes find too, in a file in that folder if it is SQLite. */
    public static String url(Path folder) {
        return POSTGRES ? url() : "jdbc:sqlite:" + folder.resolve("errand.db");
    }

    private static final class Database {
        static final String NAME = PostgresServer.shared().createDatabase();
    }
}

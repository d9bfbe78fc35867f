package dev.errand.acceptance;

import dev.errand.ErrandBuilder;
import dev.errand.Retention;
import dev.errand.Task;
import dev.errand.store.Store;
import dev.errand.store.StoreProvider;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import dev.errand.testkit.TestErrand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.Map;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The store that the acceptance tests run on: SQLite, or PostgreSQL with {@code -Derrand.test.store=postgres}. The build runs them on
 * both, but for those with the tag {@value #SQLITE_ONLY} or {@value #POSTGRES_ONLY}, and those with the tag {@value #ONCE} on PostgreSQL
 * only in a full check. Those with the tag {@value #FULL} are for that altogether.
 */
final class TestStore {
    /** The tag of tests that are about SQLite's files. */
    static final String SQLITE_ONLY = "sqlite";

    /** The tag of tests of what only PostgreSQL can do or suffer. */
    static final String POSTGRES_ONLY = "postgres";

    /** The tag of tests of what the engine does beside the store, which cost much. */
    static final String ONCE = "once";

    /** The tag of tests that only a full check runs: another of their kind has to do. */
    static final String FULL = "full";

    static final boolean POSTGRES = "postgres".equals(System.getProperty("errand.test.store"));

    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    private TestStore() {}

    /** An engine on an empty store, as {@link TestErrand#open(Task[])}. */
    static TestErrand open(Task<?, ?>... tasks) {
        return open(settings -> settings.tasks(tasks));
    }

    /** An engine on an empty store, as {@link TestErrand#open(Consumer)}. */
    static TestErrand open(Consumer<ErrandBuilder> change) {
        return TestErrand.open(settings -> change.accept(settings.store(url())));
    }

    /** The URL of an empty store that nobody else opens. */
    static String url() {
        return POSTGRES ? schema() : "jdbc:sqlite::memory:";
    }

    /** The URL of an empty store for several to open; the file of SQLite's is in the folder. */
    static String url(Path folder) {
        return POSTGRES ? schema() : "jdbc:sqlite:" + folder.resolve("errand.db");
    }

    /** As a user has it; on SQLite one that waits for those who write just now for longer than the driver would by itself. */
    static Connection connection(String url) throws SQLException {
        Properties properties = new Properties();
        if (url.startsWith("jdbc:sqlite:")) {
            properties.setProperty("busy_timeout", String.valueOf(Soon.SOON.toMillis()));
        }
        return DriverManager.getConnection(url, properties);
    }

    /** Lets the lease of a process that is dead end at once, where it would only end in time. */
    static void endLease(String url, long pid) {
        endLeases(url, "pid = " + pid);
    }

    /** Lets the lease of a node of this name end. */
    static void endLease(String url, String name) {
        endLeases(url, "name = '" + name + "'");
    }

    /**
     * Ends the lease of a process that lives and stands still. On SQLite, where it would keep its lock as long as it lives, its file is
     * taken away.
     */
    static void takeAwayLease(Path folder, String url, long pid) throws IOException, SQLException {
        endLease(url, pid);
        if (!POSTGRES) {
            try (Connection connection = DriverManager.getConnection(url);
                    Statement statement = connection.createStatement();
                    ResultSet node = statement.executeQuery("select number from node where pid = " + pid)) {
                node.next();
                Files.delete(folder.resolve("errand.db-nodes").resolve(node.getLong(1) + ".lock"));
            }
        }
    }

    /** Whether a process that stands still now would keep all others from writing; on PostgreSQL it never does. */
    static boolean isLocked(String url) {
        if (POSTGRES) {
            return false;
        }
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("pragma busy_timeout = 500");
            statement.execute("begin immediate");
            statement.execute("rollback");
            return false;
        } catch (SQLException e) {
            return true;
        }
    }

    private static void endLeases(String url, String which) {
        if (url.startsWith("jdbc:postgresql:")) {
            String schema = url.substring(url.lastIndexOf('=') + 1);
            PostgresServer.shared().execute(Database.NAME, """
                    update %1$s.node set beat = 0 where %2$s;
                    update %1$s.upkeep set leader = 0, until = 0, afresh = 0, looked = %1$s.now();
                    """.formatted(schema, which));
        }
    }

    private static String schema() {
        return PostgresServer.shared().url(Database.NAME) + "&errand.schema=test_" + SCHEMAS.incrementAndGet();
    }

    private static final class Database {
        static final String NAME = PostgresServer.shared().createDatabase();
    }

    /** Deletes all events, as retention would in time. */
    static void trimLog(String url) {
        try (Store store = store(url, Clock.systemUTC())) {
            store.prune(Retention.forever().withMostEvents(0), 100);
        }
    }

    /** The store alone, as another process has it. */
    static Store store(String url, Clock clock) {
        for (StoreProvider provider : ServiceLoader.load(StoreProvider.class)) {
            if (provider.accepts(url) && !url.startsWith(LateEventsStoreProvider.PREFIX)) {
                return provider.open(new StoreSettings(url, null, Map.of(), clock));
            }
        }
        throw new IllegalArgumentException("no store for " + url);
    }
}

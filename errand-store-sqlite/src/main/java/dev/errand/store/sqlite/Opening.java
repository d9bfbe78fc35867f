package dev.errand.store.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes a fresh connection fit for use. */
final class Opening {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private Opening() {}

    /** Makes or migrates the tables, under the write lock: several processes may open the file at once. */
    static void prepare(Location location, Database database) throws SQLException {
        lock(database);
        try {
            Migrations.apply(location, database);
            database.run("commit");
        } catch (SQLException | RuntimeException e) {
            rollback(database);
            throw e;
        }
        // Only now that the file is known to be ours.
        patiently(() -> database.run("pragma journal_mode = wal"));
    }

    /** Takes the write lock, waiting for those who have it. */
    static void lock(Database database) throws SQLException {
        patiently(() -> database.run("begin immediate"));
    }

    private static void rollback(Database database) {
        try {
            database.run("rollback");
        } catch (SQLException e) {
            // The first error says more.
        }
    }

    private interface Step {
        void run() throws SQLException;
    }

    private static void patiently(Step step) throws SQLException {
        Waited waited = new Waited();
        while (true) {
            try {
                step.run();
                return;
            } catch (SQLException e) {
                if (!SqliteErrors.isBusy(e) || waited.isLongerThan(PATIENCE_NANOS)) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    static void discard(@Nullable Database database) {
        try {
            if (database != null) {
                database.close();
            }
        } catch (SQLException e) {
            // Opening has failed already, and says why.
        }
    }

    /** Of a temporary database. */
    static void deleteFolder(Location location) {
        Path folder = location.file().getParent();
        if (folder == null) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // Left to whoever clears the temporary folder.
        }
    }
}

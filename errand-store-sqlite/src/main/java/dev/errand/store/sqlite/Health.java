package dev.errand.store.sqlite;

import dev.errand.store.StoreHealth;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** How the database is. */
final class Health {
    private static final long LITTLE_BYTES = 100_000_000;
    private static final long LARGE_BYTES = 1_000_000_000;
    private static final long LARGE_LOG_BYTES = 1_000_000_000;

    private Health() {}

    static StoreHealth of(Database database, Location location) throws SQLException {
        Path file = location.file();
        long log = file.resolveSibling(file.getFileName() + "-wal").toFile().length();
        long free = file.toFile().getUsableSpace();
        List<String> problems = new ArrayList<>();
        // All of a large one would take minutes.
        boolean large = file.toFile().length() > LARGE_BYTES;
        database.sql(large ? "pragma quick_check(live)" : "pragma quick_check(5)")
                .each(row -> {
                    if (!"ok".equals(row.getString(1))) {
                        problems.add("The database is damaged: " + row.getString(1));
                    }
                });
        if (free < LITTLE_BYTES) {
            problems.add("Only " + free / 1_000_000 + " MB are free where the database lies");
        }
        if (log > LARGE_LOG_BYTES) {
            problems.add("The database's log has grown to " + log / 1_000_000
                    + " MB; a process may be keeping a transaction open");
        }
        String version = database.sql("select sqlite_version()")
                .first(row -> row.getString(1))
                .orElse("?");
        return new StoreHealth(
                "SQLite " + version, Migrations.version(database), file.toFile().length() + log, free, problems);
    }
}

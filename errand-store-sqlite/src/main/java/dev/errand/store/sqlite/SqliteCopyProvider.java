package dev.errand.store.sqlite;

import dev.errand.StoreException;
import dev.errand.store.StoreSettings;
import dev.errand.store.copy.CopyCounts;
import dev.errand.store.copy.CopyProvider;
import dev.errand.store.copy.CopySource;
import dev.errand.store.copy.CopyTarget;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;

/** Reads, fills and backs up files of SQLite's. */
public final class SqliteCopyProvider implements CopyProvider {
    private static final String CLAIMED = "select count(*) from live where claim is not null";

    /** Called by {@link java.util.ServiceLoader}. */
    public SqliteCopyProvider() {}

    @Override
    public boolean accepts(String url) {
        return url.startsWith(Location.PREFIX);
    }

    @Override
    public long claimed(StoreSettings settings) {
        Location location = existing(settings);
        try (Database database = Database.reader(location)) {
            return database.number(CLAIMED);
        } catch (SQLException e) {
            throw SqliteErrors.explain(location, e);
        }
    }

    @Override
    public CopySource source(StoreSettings settings) {
        return CopyReader.open(existing(settings), settings.clock());
    }

    @Override
    public CopyTarget target(StoreSettings settings) {
        return CopyWriter.open(location(settings), settings.clock());
    }

    @Override
    public CopyCounts backup(StoreSettings settings, Path file) {
        return Backup.write(existing(settings), file.toAbsolutePath().normalize());
    }

    private static Location existing(StoreSettings settings) {
        Location location = location(settings);
        if (Files.notExists(location.file())) {
            throw new StoreException("There is no store at " + location.file());
        }
        return location;
    }

    private static Location location(StoreSettings settings) {
        if (settings.url().equals(Location.PREFIX + ":memory:")) {
            throw new StoreException("A store in memory goes with its process; name a file");
        }
        return Location.of(settings.url());
    }
}

package dev.errand.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;

/** The files of an arena. */
record SqliteStores(Arena arena) implements Stores {
    @Override
    public String version() throws SQLException {
        try (RawSql raw = new RawSql(arena.fresh())) {
            return "SQLite " + raw.version();
        }
    }

    @Override
    public int stepsGoal() {
        return 15_000;
    }

    @Override
    public String fresh() {
        return Arena.url(arena.fresh());
    }

    @Override
    public void clear() {
        arena.clear();
    }

    @Override
    public long transactions(String url) {
        try {
            return Idle.transactions(Path.of(url.substring(Arena.PREFIX.length())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}

package dev.errand.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** The files of an arena. */
record SqliteStores(Arena arena) implements Stores {
    private static final String KEEP_NO_EVENTS =
            "create trigger keep_no_events before insert on event begin select raise(ignore); end";

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
    public void keepNoEvents(String url) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(KEEP_NO_EVENTS);
        } catch (SQLException e) {
            throw new IllegalStateException("The event log could not be switched off: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}

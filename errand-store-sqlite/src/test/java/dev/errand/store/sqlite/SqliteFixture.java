package dev.errand.store.sqlite;

import dev.errand.store.Store;
import dev.errand.store.StoreFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Properties;

/** A database in a folder of its own. */
final class SqliteFixture implements StoreFixture {
    private final Path folder;

    SqliteFixture() {
        try {
            folder = Files.createTempDirectory("errand-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path file() {
        return folder.resolve("errand.db");
    }

    @Override
    public Store open(Clock clock) {
        return SqliteStore.open(Location.of(Location.PREFIX + file()), clock);
    }

    @Override
    public void kill(Store store) {
        ((SqliteStore) store).abandon();
    }

    @Override
    public Connection connect() throws SQLException {
        return connect(file());
    }

    @Override
    public Connection connectElsewhere() throws SQLException {
        return connect(folder.resolve("elsewhere.db"));
    }

    private static Connection connect(Path file) throws SQLException {
        Properties patient = new Properties(); // for those who write just now, on a machine that may stand still
        patient.setProperty("busy_timeout", "60000");
        Connection connection = DriverManager.getConnection(Location.PREFIX + file, patient);
        connection.setAutoCommit(false);
        return connection;
    }

    @Override
    public void close() {
        Opening.deleteFolder(new Location(file(), true));
    }
}

package dev.errand.compare;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;

/**
 * What this machine takes for the least that any of them must do: one row, inserted and committed on a connection of its own, by the
 * thread that wants it. Under this no trigger can be that is on the disk when it returns.
 *
 * @param p50 in milliseconds, at 100 rows a second
 * @param p99 in milliseconds, at 100 rows a second
 * @param perSecond one row after another
 */
record Floor(double p50, double p99, double perSecond) {
    private static final int PER_SECOND = 100;
    private static final long PERIOD = TimeUnit.SECONDS.toNanos(1) / PER_SECOND;
    private static final int WARM_UP = 3_000;

    static Floor measure(Stage stage) {
        String url = stage.server().createDatabase();
        try (Connection connection = DriverManager.getConnection(url);
                Statement create = connection.createStatement()) {
            create.execute("create table job (id bigint primary key, payload text)");
            return measure(connection, stage.options().seconds());
        } catch (SQLException e) {
            throw new IllegalStateException("A row could not be inserted: " + e.getMessage(), e);
        } finally {
            stage.server().dropDatabase(url);
        }
    }

    private static Floor measure(Connection connection, int seconds) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into job values (?, ?)")) {
            insert.setString(2, "x".repeat(300));
            long id = 0;
            while (id < WARM_UP) {
                insert(insert, ++id);
            }
            long begun = System.nanoTime();
            long[] latencies = new long[seconds * PER_SECOND];
            for (int i = 0; i < latencies.length; i++) {
                long due = begun + i * PERIOD;
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                insert(insert, ++id);
                latencies[i] = System.nanoTime() - due;
            }
            begun = System.nanoTime();
            for (int i = 0; i < WARM_UP; i++) {
                insert(insert, ++id);
            }
            double perSecond = WARM_UP * 1e9 / (System.nanoTime() - begun);
            return new Floor(
                    Statistics.percentile(latencies, 50) / 1e6, Statistics.percentile(latencies, 99) / 1e6, perSecond);
        }
    }

    private static void insert(PreparedStatement insert, long id) throws SQLException {
        insert.setLong(1, id);
        insert.executeUpdate();
    }

    static double median(List<Floor> rounds, ToDoubleFunction<Floor> what) {
        return Statistics.median(rounds.stream().map(what::applyAsDouble).toList());
    }
}

package dev.errand.chaos;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** An application's pool, of which the application itself takes all it can get for half of the time, once the engine works. */
final class ScarcePool {
    static final String PREFIX = "scarce:";

    private static final Duration WHILE = Duration.ofMillis(700);
    private static final int WORKING = 3;

    private ScarcePool() {}

    static DataSource open(String url) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(6);
        config.setConnectionTimeout(250);
        HikariDataSource pool = new HikariDataSource(config);
        Thread.ofPlatform().daemon().start(() -> takeAndGiveBack(pool));
        return pool;
    }

    private static void takeAndGiveBack(HikariDataSource pool) {
        while (pool.getHikariPoolMXBean().getActiveConnections() < WORKING) {
            Cluster.pass(Duration.ofMillis(50));
        }
        while (true) {
            List<Connection> taken = new ArrayList<>();
            long end = System.nanoTime() + WHILE.toNanos();
            while (System.nanoTime() < end) {
                try {
                    taken.add(pool.getConnection());
                } catch (SQLException e) {
                    Cluster.pass(Duration.ofMillis(5)); // it is empty, which was the wish
                }
            }
            taken.forEach(ScarcePool::giveBack);
            Cluster.pass(WHILE);
        }
    }

    private static void giveBack(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // It was terminated.
        }
    }
}

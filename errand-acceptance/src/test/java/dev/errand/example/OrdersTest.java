package dev.errand.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Run;
import dev.errand.RunQuery;
import dev.errand.Task;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/transactions.md. */
class OrdersTest {
    @TempDir
    Path folder;

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("shop.db"));
    }

    private final Task<String, String> ship = Task.named("ship", String.class, String.class)
            .run((order, run) -> {
                try (Connection connection = connect()) {
                    connection.setAutoCommit(false);
                    String receipt = book(connection, order);
                    run.complete(connection, receipt);
                    connection.commit();
                    return receipt;
                }
            });

    private final Task<String, String> tell =
            Task.named("tell", String.class, String.class).run((receipt, run) -> "told: " + receipt);

    private final Task<String, String> pack = Task.named("pack", String.class, String.class)
            .run((order, run) -> run.transaction("book", String.class, tx -> {
                String receipt = book(tx.connection(), order);
                run.trigger(tell, receipt); // stored by the same commit
                return receipt;
            }));

    private Run<String> place(Errand errand, String order) throws SQLException {
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            insert(connection, order);
            Run<String> run = errand.with(connection).trigger(ship, order);
            connection.commit();
            return run;
        }
    }

    private static void insert(Connection connection, String order) throws SQLException {
        execute(connection, "insert into orders (item) values ('" + order + "')");
    }

    private static String book(Connection connection, String order) throws SQLException {
        execute(connection, "insert into shipments (item) values ('" + order + "')");
        return "shipped: " + order;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int count(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from shipments")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Test
    void anOrderIsPlacedAndShipped() throws Exception {
        try (Errand errand = Errand.open("jdbc:sqlite:" + folder.resolve("shop.db"), ship);
                Connection connection = connect()) {
            execute(connection, "create table orders (item text)");
            execute(connection, "create table shipments (item text)");
            assertThat(place(errand, "piano").await(Duration.ofMinutes(1))).isEqualTo("shipped: piano");
            assertThat(count(connection)).isOne();
        }
    }

    @Test
    void anOrderIsPackedAndItsReceiptTold() throws Exception {
        try (Errand errand = Errand.open("jdbc:sqlite:" + folder.resolve("shop.db"), pack, tell);
                Connection connection = connect()) {
            execute(connection, "create table shipments (item text)");
            assertThat(errand.trigger(pack, "piano").await(Duration.ofMinutes(1)))
                    .isEqualTo("shipped: piano");
            assertThat(count(connection)).isOne();
            assertThat(errand.runs(RunQuery.all().tasks("tell")).items()).hasSize(1);
        }
    }
}

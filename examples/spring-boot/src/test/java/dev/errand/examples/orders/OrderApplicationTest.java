package dev.errand.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.store.postgres.server.PostgresServer;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The application as a process of its own, on a real database. */
class OrderApplicationTest {
    private static final PostgresServer SERVER = PostgresServer.shared();
    private static String database;

    @BeforeAll
    static void createDatabase() {
        database = SERVER.createDatabase();
    }

    @AfterAll
    static void dropDatabase() {
        SERVER.dropDatabase(database);
    }

    private static boolean is(String condition) {
        return Objects.equals(SERVER.query(database, "select bool_and(" + condition + ") from orders"), "t");
    }

    private static String count(String table) {
        return String.valueOf(SERVER.query(database, "select count(*) from " + table));
    }

    @Test
    void ordersAreShippedThoughTheApplicationIsKilledWhileItPacks() throws Exception {
        try (OrderProcess application = OrderProcess.start(SERVER.url(database), "1h")) {
            // an order and its trigger are one transaction
            assertThat(application.order("moon").statusCode()).isEqualTo(409);
            assertThat(count("orders")).isEqualTo("0");
            assertThat(count("errand.run")).isEqualTo("0");
            assertThat(application.order("piano").statusCode()).isEqualTo(200);
            application.until("the piano is being packed", () -> is("packed = 1"));
            assertThat(application.get("/actuator/health"))
                    .contains("\"errand\"")
                    .contains("\"concurrency\":8");
            assertThat(application.get("/actuator/metrics/errand.executing")).contains("\"value\":1.0");
            application.kill();
        }
        assertThat(is("not shipped")).isTrue();
        try (OrderProcess application = OrderProcess.start(SERVER.url(database), "0s")) {
            application.until("the piano is shipped", () -> is("shipped and thanked"));
            assertThat(is("packed = 2")).isTrue();
            assertThat(application.order("guitar").statusCode()).isEqualTo(200);
            application.until("the guitar is shipped", () -> is("shipped and thanked"));
            assertThat(application.stop()).isEqualTo(143);
        }
    }
}

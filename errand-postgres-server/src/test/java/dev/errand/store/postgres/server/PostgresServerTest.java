package dev.errand.store.postgres.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.store.postgres.server.PostgresServer.Mode;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PostgresServerTest {
    @Test
    void isSharedAndGivesEachTestAnEmptyDatabase() {
        PostgresServer server = PostgresServer.shared();
        String first = server.createDatabase();
        server.execute(first, "create table marks (mark int)");

        String copy = server.createDatabase(first);
        String second = server.createDatabase();

        assertThat(PostgresServer.shared()).isSameAs(server);
        String tables = "select count(*) from information_schema.tables where table_schema = 'public'";
        assertThat(server.query(copy, tables)).isEqualTo("1");
        assertThat(server.query(second, tables)).isEqualTo("0");
        server.dropDatabase(copy);
        assertThatThrownBy(() -> server.connect(copy)).hasMessageContaining(copy);
    }

    @Test
    void isOfTheVersionThatWasAskedFor() {
        PostgresServer server = PostgresServer.shared();

        assertThat(server.query("postgres", "show server_version")).startsWith(server.major() + ".");
    }

    @Test
    void refusesAVersionThatIsNotThere() {
        assertThatThrownBy(() -> Binaries.of("9"))
                .hasMessageContaining("no binaries of PostgreSQL 9")
                .hasMessageContaining(String.valueOf(PostgresServer.shared().major()));
    }

    @Test
    void keepsItsDataAndItsPortOverACrash() {
        try (PostgresServer server = PostgresServer.start(Map.of("work_mem", "5MB"))) {
            String database = server.createDatabase();
            server.execute(database, "create table marks as select 7 as mark");
            int port = server.port();

            server.restart(Mode.IMMEDIATE);

            assertThat(server.port()).isEqualTo(port);
            assertThat(server.query(database, "select mark from marks")).isEqualTo("7");
            assertThat(server.query(database, "show work_mem")).isEqualTo("5MB");
            assertThat(server.folder().resolve("server.log")).content().contains("automatic recovery in progress");
        }
    }

    @Test
    void leavesNothingWhenClosed() {
        PostgresServer server = PostgresServer.start();
        String database = server.createDatabase();
        server.stop(Mode.FAST);
        assertThatThrownBy(() -> server.connect(database)).hasMessageContaining("cannot connect");

        server.close();

        assertThat(Files.exists(server.folder())).isFalse();
    }

    @Test
    void breaksTheConnectionsToOneDatabase() throws SQLException {
        PostgresServer server = PostgresServer.shared();
        String spared = server.createDatabase();
        String struck = server.createDatabase();
        try (Connection mine = server.connect(struck);
                Connection other = server.connect(spared)) {
            assertThat(server.terminate(struck)).isEqualTo(1);

            assertThatThrownBy(() -> mine.createStatement().execute("select 1")).isInstanceOf(SQLException.class);
            assertThat(other.createStatement().execute("select 1")).isTrue();
        }
    }

    @Test
    void changesSettingsWhileItRuns() {
        try (PostgresServer server = PostgresServer.start()) {
            server.set("log_min_duration_statement", "250ms");

            assertThat(server.query("postgres", "show log_min_duration_statement"))
                    .isEqualTo("250ms");
        }
    }
}

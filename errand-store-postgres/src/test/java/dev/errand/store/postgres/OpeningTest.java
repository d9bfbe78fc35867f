package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Limits;
import dev.errand.PurgeAnswer;
import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.QueueEntry;
import dev.errand.store.Store;
import dev.errand.store.StoreSettings;
import dev.errand.store.TaskEntry;
import dev.errand.store.postgres.server.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What opens, what does not, and what is said then. */
class OpeningTest {
    /** The last schema without the table of steps. */
    private static final int BEFORE_STEPS = 6;

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();
    private final String role = "r" + UUID.randomUUID().toString().replace("-", "");

    private static Store open(String url, Map<String, String> options) {
        return new PostgresStoreProvider().open(new StoreSettings(url, null, options, Clock.systemUTC()));
    }

    private void refused(String url, String... words) {
        assertThatThrownBy(() -> open(url, Map.of()).close())
                .isInstanceOf(StoreException.class)
                .message()
                .hasLineCount(1)
                .contains(words);
    }

    private String as(String user) {
        return server.url(database).replaceAll("user=[^&]*", "user=" + user);
    }

    @Test
    void aDatabaseThatIsNotThereIsNamed() {
        refused(server.url("nowhere"), "no such database", "nowhere", "create it first");
    }

    @Test
    void aServerThatIsNotThereIsNamed() {
        refused("jdbc:postgresql://127.0.0.1:1/x?user=u", "cannot be reached", "127.0.0.1:1");
    }

    @Test
    void aUserWhoIsNotKnownIsRefused() {
        refused(as("nobody_at_all"), "refuses the user or the password");
    }

    @Test
    void optionsAreChecked() {
        String url = server.url(database);
        refused(url + "&errand.colour=red", "no option 'colour'", "schema, notify, listenUrl and migrate");
        refused(url + "&errand.schema=No-Name", "'No-Name' cannot be the schema's name");
        refused(url + "&errand.schema=order", "'order' cannot be the schema's name", "word of SQL");
        refused(url + "&errand.notify=maybe", "notify is 'maybe'", "on or off");
    }

    @Test
    void passwordsAreNotShown() {
        refused("jdbc:postgresql://127.0.0.1:1/x?user=u&password=secret", "password=…");
        assertThatThrownBy(() -> open("jdbc:postgresql://127.0.0.1:1/x?user=u&password=secret", Map.of())
                        .close())
                .hasMessageNotContaining("secret");
    }

    @Test
    void schemasLiveSideBySide() {
        String url = server.url(database);
        try (Store first = open(url, Map.of("schema", "first"));
                Store second = open(url + "&errand.schema=second", Map.of())) {
            first.join("one", 1);
            assertThat(second.nodes()).isEmpty();
            assertThat(first.nodes()).hasSize(1);
        }
    }

    @Test
    void aLesserRoleWorksOnWhatTheOwnerMade() {
        server.execute(database, "create role " + role + " login");
        refused(as(role), "no tables of Errand's", "errand store migrate");
        assertThatThrownBy(() -> open(as(role), Map.of("migrate", "off")).close())
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll("no tables of Errand's", "layout 0", "errand store migrate");
        open(server.url(database), Map.of()).close();
        server.execute(database, "grant usage on schema errand to " + role);
        refused(as(role), "lacks a privilege", "roles");
        server.execute(database, "grant select on all tables in schema errand to " + role);
        try (Store store = open(as(role), Map.of("migrate", "off"))) {
            assertThat(store.health().problems())
                    .anySatisfy(problem -> assertThat(problem).contains("lacks privileges", "chunk", "event_position"));
        }
        server.execute(database, """
                grant select, insert, update, delete on all tables in schema errand to %1$s;
                grant usage on all sequences in schema errand to %1$s;
                grant execute on all functions in schema errand to %1$s;
                """.formatted(role));
        try (Store store = open(as(role), Map.of("migrate", "off"))) {
            assertThat(store.health().problems())
                    .as("who copies into it sets sequences")
                    .anySatisfy(problem -> assertThat(problem).contains("lacks privileges", "value_version"));
        }
        server.execute(database, "grant select, update on all sequences in schema errand to " + role);
        try (Store store = open(as(role), Map.of("migrate", "off"))) {
            assertThat(store.health().problems()).isEmpty();
            assertThat(store.join("worker", 1)).isPositive();
        }
    }

    @Test
    void whatThePageGrantsIsEnoughToTriggerInSql() throws SQLException {
        server.execute(database, "create role " + role + " login");
        try (Store owner = open(server.url(database), Map.of());
                Connection connection = DriverManager.getConnection(as(role));
                Statement statement = connection.createStatement()) {
            owner.declare(List.of(new TaskEntry("greet", List.of(), "{}", Instant.now())));
            owner.queues().declare(List.of(new QueueEntry("mail", Limits.none())));
            server.execute(database, WorkersRole.grants("errand", role));
            for (String call : List.of(
                    "trigger('greet', '{}', tags => array['x'], queue => 'mail', key => 'Ada')",
                    "trigger_once('once', 'greet')")) {
                try (ResultSet row = statement.executeQuery("select errand." + call)) {
                    row.next();
                    assertThat(owner.find(RunId.of(row.getString(1)))).as(call).isPresent();
                }
            }
        }
    }

    /** Nodes go on with the rights they had until the owner has given those to what is new. */
    @Test
    void aLesserRoleDeletesRunsWithWhatAnUpgradeAddedBeforeItMayTouchThat() {
        server.execute(database, "create role " + role + " login");
        Settings owner = settings(server.url(database));
        PostgresStore.open(owner, Clock.systemUTC(), BEFORE_STEPS).close();
        server.execute(database, """
                grant usage on schema errand to %1$s;
                grant select, insert, update, delete on all tables in schema errand to %1$s;
                grant usage, select, update on all sequences in schema errand to %1$s;
                grant execute on all functions in schema errand to %1$s;
                """.formatted(role));
        NewRun run = NewRuns.of("greet", Clock.systemUTC()).build();
        try (Store upgraded = PostgresStore.open(owner, Clock.systemUTC());
                Store worker = PostgresStore.open(settings(as(role)), Clock.systemUTC())) {
            upgraded.enqueue(List.of(run));
            server.execute(
                    database,
                    "insert into errand.step (run, position, attempt, started, key, name) values ('%s', 1, 1, 0, '', '')"
                            .formatted(Ids.uuid(run.id())));
            assertThat(worker.health().problems())
                    .anySatisfy(problem -> assertThat(problem).contains("lacks privileges on", "step"));
            assertThat(worker.purge(run.id(), false)).isEqualTo(PurgeAnswer.PURGED);
            assertThat(upgraded.steps(run.id(), 0, 10)).isEmpty();
        }
    }

    private static Settings settings(String url) {
        return Settings.of(new StoreSettings(url, null, Map.of(), Clock.systemUTC()));
    }

    @Test
    void tablesOfANewerErrandThatThisOneMayUseAreUsed() {
        String url = server.url(database);
        open(url, Map.of()).close();
        server.execute(database, "insert into errand.version (number, oldest) values (1000, 1)");
        try (Store store = open(url, Map.of())) {
            assertThat(store.join("of the version before", 1)).isPositive();
        }
        server.execute(database, "insert into errand.version (number, oldest) values (1001, 1001)");
        refused(url, "newer Errand", "schema 1001", "upgrade Errand");
    }
}

package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What connections are like, if the URL does not say otherwise. */
class ConnectionsTest {
    private final PostgresServer server = PostgresServer.shared();
    private final String url = server.url("postgres");

    private static Database open(String url) throws SQLException {
        return new Connections(Settings.of(new StoreSettings(url, null, Map.of(), Clock.systemUTC()))).open();
    }

    private static String setting(Database database, String name) throws SQLException {
        return database.sql("select current_setting(?)")
                .set(name)
                .first(row -> row.getString(1))
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"errand.notify=off", "errand.listenUrl="})
    void behindAPoolerNothingIsPreparedInASession(String parameter) throws SQLException {
        String past = parameter.endsWith("=") ? URLEncoder.encode(url, StandardCharsets.UTF_8) : "";
        String pooled = url + "&" + parameter + past;
        try (Database database = open(pooled)) {
            assertThat(database.driver().getPrepareThreshold()).isZero();
        }
        try (Database database = open(pooled + "&prepareThreshold=3")) {
            assertThat(database.driver().getPrepareThreshold()).isEqualTo(3);
        }
    }

    @Test
    void whatTheUrlSaysGoesBeforeWhatTheyHaveOtherwise() throws SQLException {
        try (Database database = open(url)) {
            assertThat(database.driver().getPrepareThreshold()).isPositive();
            assertThat(setting(database, "application_name")).isEqualTo("errand");
            assertThat(database.connection().getNetworkTimeout()).isEqualTo(30_000);
        }
        try (Database database = open(url + "&ApplicationName=mine&socketTimeout=7&options=-c%20work_mem=5MB")) {
            assertThat(setting(database, "application_name")).isEqualTo("mine");
            assertThat(database.connection().getNetworkTimeout()).isEqualTo(7_000);
            assertThat(setting(database, "work_mem")).isEqualTo("5MB");
        }
    }

    @Test
    void aThreadThatIsInterruptedConnectsAndStaysInterrupted() throws SQLException {
        Thread.currentThread().interrupt();
        try (Database database = open(url)) {
            assertThat(Thread.interrupted()).isTrue();
            assertThat(setting(database, "application_name")).isEqualTo("errand");
        } finally {
            Thread.interrupted();
        }
    }

    /** As docs/postgresql.md says: six, and while the others are busy a seventh to say that it lives, and an eighth for events. */
    @Test
    void aNodeHasNoMoreThanThePageSays() throws Exception {
        String database = server.createDatabase();
        Settings settings = Settings.of(new StoreSettings(server.url(database), null, Map.of(), Clock.systemUTC()));
        try (PostgresStore store = PostgresStore.open(settings, Clock.systemUTC())) {
            store.join("busy", 10);
            List<CompletableFuture<Void>> callers = Stream.generate(() -> CompletableFuture.runAsync(
                            () -> call(store),
                            work -> Thread.ofPlatform().daemon().start(work)))
                    .limit(16)
                    .toList();
            int most = 0;
            while (callers.stream().anyMatch(caller -> !caller.isDone())) {
                most = Math.max(most, connections(database));
            }
            callers.forEach(CompletableFuture::join);
            assertThat(most).isBetween(4, 8);
        }
        server.dropDatabase(database);
    }

    private static void call(PostgresStore store) {
        for (int i = 0; i < 40; i++) {
            NewRun run = NewRuns.of("greet", store.clock()).build();
            store.enqueue(List.of(run));
            store.claim(new ClaimRequest(1, Set.of("greet")));
            assertThat(store.find(run.id())).isPresent();
            assertThat(store.beat()).isPresent();
        }
    }

    private int connections(String database) {
        return Integer.parseInt(String.valueOf(server.query(
                "postgres",
                "select count(*) from pg_stat_activity where application_name = 'errand' and datname = '" + database
                        + "'")));
    }
}

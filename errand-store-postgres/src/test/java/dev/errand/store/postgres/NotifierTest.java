package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.store.NewRuns;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** How often others are told, as one hears it who listens beside them. */
class NotifierTest {
    private static final int TRIGGERS = 400;
    private static final Duration PAUSE = Duration.ofMillis(4);
    private static final String LAST = "end of the test";

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();
    private final Connection listening = server.connect(database);

    private PostgresStore open() {
        Clock clock = Clock.systemUTC();
        return PostgresStore.open(Settings.of(new StoreSettings(server.url(database), null, Map.of(), clock)), clock);
    }

    @AfterEach
    void close() throws SQLException {
        listening.close();
        server.dropDatabase(database);
    }

    private void listen() throws SQLException {
        try (Statement statement = listening.createStatement()) {
            statement.execute("listen errand");
        }
    }

    /** Of work, until now; what else nodes tell when they come does not count. */
    private List<String> heardOfWork() throws SQLException {
        server.execute(database, "notify errand, '" + LAST + "'");
        List<String> heard = new ArrayList<>();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < deadline) {
            for (PGNotification notification :
                    listening.unwrap(PGConnection.class).getNotifications(1_000)) {
                if (notification.getParameter().equals(LAST)) {
                    return heard;
                }
                if (notification
                                .getParameter()
                                .indexOf(
                                        Notice.WORK.letter(),
                                        notification.getParameter().indexOf(':'))
                        > 0) {
                    heard.add(notification.getParameter());
                }
            }
        }
        throw new AssertionError("nothing was heard");
    }

    private static void trigger(PostgresStore store, int times) {
        for (int i = 0; i < times; i++) {
            store.enqueue(List.of(NewRuns.of("greet", store.clock()).build()));
        }
    }

    @Test
    void whoIsAloneTellsNobody() throws Exception {
        try (PostgresStore alone = open()) {
            alone.join("alone", 1);
            listen();
            trigger(alone, TRIGGERS);
            assertThat(heardOfWork()).isEmpty();
        }
    }

    @Test
    void manyTriggersAreToldOfTogether() throws Exception {
        try (PostgresStore triggers = open();
                PostgresStore works = open()) {
            works.join("works", 1);
            triggers.join("triggers", 1);
            listen();
            long begun = System.nanoTime();
            trigger(triggers, TRIGGERS);
            List<String> heard = heardOfWork();
            long pauses = (System.nanoTime() - begun) / PAUSE.toNanos();
            assertThat(heard).isNotEmpty().hasSizeLessThanOrEqualTo((int) pauses + 1);
        }
    }
}

package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Limits;
import dev.errand.store.QueueEntry;
import dev.errand.store.Store;
import dev.errand.store.limits.Rules;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sqlite.ProgressHandler;

/** Queues and limits as the writer remembers them. */
class RulesTest {
    @Test
    void whatWasChangedWhileItWasReadIsKnownToBeOld() throws SQLException {
        SqliteFixture fixture = new SqliteFixture();
        try (Store store = fixture.open(Clock.systemUTC());
                Connection connection = fixture.connect()) {
            store.queues().declare(List.of(new QueueEntry("mail", Limits.none())));
            connection.setAutoCommit(true);
            Database database = Database.of(connection);
            TaskNumbers tasks = new TaskNumbers();
            tasks.load(database);
            pauseInTheMidst(connection, store);
            // when
            Rules rules = Queues.load(database, tasks);
            // then
            ProgressHandler.clearHandler(connection);
            assertThat(store.queues().paused()).containsExactly("mail");
            assertThat(rules.version()).isLessThan(database.number(Queues.VERSION));
        } finally {
            fixture.close();
        }
    }

    /** While the queues are read, of which there is a snapshot by then. */
    private static void pauseInTheMidst(Connection connection, Store store) throws SQLException {
        boolean[] paused = {false};
        int[] steps = {0};
        ProgressHandler.setHandler(connection, 1, new ProgressHandler() {
            @Override
            protected int progress() {
                if (++steps[0] > 12 && !paused[0]) {
                    paused[0] = true;
                    store.queues().pause("mail", true);
                }
                return 0;
            }
        });
    }
}

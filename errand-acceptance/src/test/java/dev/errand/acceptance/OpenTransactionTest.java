package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Run;
import dev.errand.Task;
import dev.errand.store.postgres.server.PostgresServer;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A transaction that triggers and stays open, on PostgreSQL. */
@Tag(TestStore.POSTGRES_ONLY)
class OpenTransactionTest {
    private static final PostgresServer SERVER = PostgresServer.shared();

    @Test
    void othersAreTriggeredAndExecutedMeanwhileAndItsRunStartsSoonAfterTheCommit() throws Exception {
        String database = SERVER.createDatabase();
        Task<Integer, Integer> count =
                Task.named("count", Integer.class, Integer.class).run((number, run) -> number);
        try (Errand errand = Errand.open(SERVER.url(database), count);
                Connection connection = SERVER.connect(database)) {
            connection.setAutoCommit(false);
            Run<Integer> late = errand.with(connection).trigger(count, -1);
            for (int round = 0; round < 5; round++) {
                List<Run<Integer>> runs = errand.triggerAll(
                        count, IntStream.range(0, 1_000).boxed().toList());
                for (Run<Integer> run : runs) {
                    run.await(SOON);
                }
                assertThat(errand.trigger(count, round).await(SOON)).isEqualTo(round);
            }
            connection.commit();
            Soon.awaitWithin(Duration.ofSeconds(2), "it ends soon after the commit", late::isFinished);
            assertThat(late.await(Duration.ZERO)).isEqualTo(-1);
        }
        SERVER.dropDatabase(database);
    }
}

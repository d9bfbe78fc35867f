package dev.errand.testkit.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static dev.errand.testkit.acceptance.Soon.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Run;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.testkit.TestErrand;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag(TestStore.SQLITE_ONLY)
class OutageTest {
    private final Gate gate = new Gate();
    private final AtomicInteger ended = new AtomicInteger();
    private final Task<String, String> blocks = Task.named("blocks", String.class, String.class)
            .run((payload, run) -> {
                gate.pass();
                ended.incrementAndGet();
                return payload;
            });

    @Test
    void whatEndsWhileTheStoreIsOutOfReachIsRecordedAfterwards(@TempDir Path folder) throws Exception {
        String url = "jdbc:sqlite:" + folder.resolve("errand.db");
        try (TestErrand test =
                TestErrand.open(settings -> settings.store(url).tasks(blocks).concurrency(3))) {
            List<Run<String>> runs = test.errand().triggerAll(blocks, List.of("a", "b", "c"));
            gate.awaitArrivals(3);
            CompletableFuture<Run<String>> triggered;
            try (Connection stranger = DriverManager.getConnection(url);
                    Statement statement = stranger.createStatement()) {
                lock(statement);
                gate.open();
                Soon.await("all bodies end", () -> ended.get() == 3);
                triggered = CompletableFuture.supplyAsync(() -> test.errand().trigger(blocks, "d"));
                Thread.sleep(Duration.ofSeconds(3)); // the outage
                assertThat(runs).noneMatch(run -> run.state().isTerminal());
                statement.execute("rollback");
            }
            for (Run<String> run : runs) {
                assertThat(run).endsWithin(SOON).isCompleted().hasAttempts(1);
            }
            assertThat(triggered)
                    .succeedsWithin(SOON)
                    .satisfies(run -> assertThat(run).endsWithin(SOON).isCompleted());
            assertThat(gate.arrived()).isEqualTo(4);
            assertThat(test.errand()
                            .runs(RunQuery.all().states(RunState.COMPLETED))
                            .items())
                    .hasSize(4);
        }
    }

    /** Takes the right to write, which the engine has only while it commits. */
    private static void lock(Statement statement) throws SQLException {
        statement.execute("pragma busy_timeout = 10000");
        statement.execute("begin immediate");
    }
}

package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Run;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.testkit.TestErrand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutageTest {
    private final Gate gate = new Gate();
    private final AtomicInteger ended = new AtomicInteger();
    private final Task<String, String> blocks = Task.named("blocks", String.class, String.class)
            .run((payload, run) -> {
                gate.pass();
                ended.incrementAndGet();
                return payload;
            });

    @TempDir
    Path folder;

    private TestErrand open(Outage outage) {
        return TestErrand.open(
                settings -> settings.store(outage.url()).tasks(blocks).concurrency(3));
    }

    @Test
    void whatEndsWhileTheStoreIsOutOfReachIsRecordedAfterwards() throws Exception {
        try (Outage outage = Outage.of(folder);
                TestErrand test = open(outage)) {
            List<Run<String>> runs = test.errand().triggerAll(blocks, List.of("a", "b", "c"));
            gate.awaitArrivals(3);
            outage.begin();
            gate.open();
            Soon.await("all bodies end", () -> ended.get() == 3);
            CompletableFuture<Run<String>> triggered =
                    CompletableFuture.supplyAsync(() -> test.errand().trigger(blocks, "d"));
            Thread.sleep(Duration.ofSeconds(3)); // the outage
            assertThat(outage.recordedOutcomes()).isZero();
            outage.end();
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

    @Test
    @Tag(TestStore.POSTGRES_ONLY) // who has a lease
    void aNodeThatCannotRenewItsLeaseStopsItsBodiesAndTheirRunsSpendNoAttempt() throws Exception {
        try (Outage outage = Outage.of(folder);
                TestErrand test = open(outage)) {
            Run<String> run = test.errand().trigger(blocks, "a");
            gate.awaitArrivals(1);
            test.until(run, RunState.EXECUTING);
            outage.begin();
            gate.awaitInterrupt();
            outage.end();
            gate.awaitArrivals(1);
            gate.open();
            assertThat(run).endsWithin(SOON).isCompleted().hasAttempts(1);
            assertThat(run.info().redeliveries()).isZero();
        }
    }
}

package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Value;
import dev.errand.acceptance.UntilProcess.Dies;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conditions whose processes really die. */
@Tag(TestStore.ONCE)
class UntilDeathTest {
    @TempDir
    Path folder;

    private Path calls;
    private String url;
    private Errand watches;
    private Value<Integer> balance;

    @BeforeEach
    void open() {
        calls = folder.resolve("calls.txt");
        url = TestStore.url(folder);
        watches = Errand.builder().store(url).concurrency(0).open();
        balance = watches.value(UntilProcess.BALANCE, Integer.class);
        balance.set(5);
    }

    @AfterEach
    void close() {
        watches.close();
    }

    private Run<Json> waiting() throws InterruptedException {
        Run<Json> run = watches.trigger(UntilProcess.TASK, "x");
        Soon.await("it waits", () -> run.state() == RunState.WAITING);
        return run;
    }

    /** Another process, this one, takes over. */
    private void finish(Run<Json> run, int rich) throws InterruptedException {
        try (Errand errand = Errand.builder()
                .store(url)
                .tasks(UntilProcess.task(calls, Dies.NEVER))
                .concurrency(1)
                .open()) {
            assertThat(errand.run(run.id()).await(SOON)).isEqualTo(new Json(String.valueOf(rich)));
        }
        assertThat(run).hasAttempts(1).hasSteps("rich");
    }

    @Test
    void aRunWhoseProcessDiesWhileItWaitsGoesOnElsewhere() throws Exception {
        Run<Json> run;
        try (UntilProcess process = new UntilProcess(url, calls, Dies.NEVER)) {
            run = waiting();
            process.kill();
        }
        balance.set(11); // while nobody works
        finish(run, 11);
        assertThat(run.info().redeliveries()).as("nothing of it was lost").isZero();
        assertThat(UntilProcess.looks(calls)).isEqualTo(2);
    }

    @Test
    void aRunWhoseProcessDiesAsItLooksIsLookedAtElsewhere() throws Exception {
        Run<Json> run;
        try (UntilProcess process = new UntilProcess(url, calls, Dies.LOOKING)) {
            run = waiting();
            balance.set(11);
            process.awaitDeath();
        }
        balance.set(12);
        finish(run, 12);
        assertThat(UntilProcess.looks(calls)).isEqualTo(3);
    }

    @Test
    void whatHeldIsKeptThoughItsProcessDiesAtOnce() throws Exception {
        Run<Json> run;
        try (UntilProcess process = new UntilProcess(url, calls, Dies.AWAKE)) {
            run = waiting();
            balance.set(11);
            process.awaitDeath();
        }
        balance.set(0); // which no look finds any more
        finish(run, 11);
        assertThat(UntilProcess.looks(calls)).isEqualTo(2);
    }
}

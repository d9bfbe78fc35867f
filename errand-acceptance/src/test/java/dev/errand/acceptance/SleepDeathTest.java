package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Step;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sleeps whose processes really die. */
class SleepDeathTest {
    @TempDir
    Path folder;

    private Path calls;
    private String url;

    @BeforeEach
    void files() {
        calls = folder.resolve("calls.txt");
        url = TestStore.url(folder);
    }

    private Errand watches() {
        return Errand.builder().store(url).concurrency(0).open();
    }

    /** Another process, this one, takes over. */
    private void finish(Run<Json> run) throws InterruptedException {
        try (Errand errand = Errand.builder()
                .store(url)
                .tasks(SleepProcess.task(calls, false))
                .concurrency(1)
                .open()) {
            assertThat(errand.run(run.id()).await(SOON)).isEqualTo(new Json("\"awake\""));
        }
        assertThat(run).hasAttempts(1).hasSteps("before", "nap", "after");
    }

    private static Instant end(Run<Json> run) {
        return run.steps().stream()
                .filter(step -> step.name().equals("nap"))
                .map(Step::endedAt)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aRunWhoseProcessDiesWhileItSleepsGoesOnElsewhere() throws Exception {
        try (Errand watches = watches()) {
            Run<Json> run;
            try (SleepProcess process = new SleepProcess(url, calls, false)) {
                run = watches.trigger(SleepProcess.TASK, "x");
                Soon.await("it sleeps", () -> run.state() == RunState.WAITING);
                process.kill();
            }
            Instant end = end(run);
            Soon.await("its time comes while nobody works", () -> Instant.now().isAfter(end));
            assertThat(run).hasState(RunState.WAITING);
            finish(run);
            assertThat(end(run)).isEqualTo(end);
            assertThat(run.info().redeliveries()).as("nothing of it was lost").isZero();
            assertThat(SleepProcess.calls(calls)).containsExactly("body", "before", "body", "after");
        }
    }

    @Test
    void aRunWhoseProcessDiesAsItWakesUpDoesNotSleepAgain() throws Exception {
        try (Errand watches = watches()) {
            Run<Json> run;
            try (SleepProcess process = new SleepProcess(url, calls, true)) {
                run = watches.trigger(SleepProcess.TASK, "x");
                process.awaitDeath();
            }
            Instant end = end(run);
            assertThat(end).isBefore(Instant.now());
            finish(run);
            assertThat(end(run)).isEqualTo(end);
            assertThat(SleepProcess.calls(calls)).containsExactly("body", "before", "body", "body", "after");
        }
    }
}

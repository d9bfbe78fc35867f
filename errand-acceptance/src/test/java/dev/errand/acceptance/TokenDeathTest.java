package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.TokenAnswer;
import dev.errand.TokenId;
import dev.errand.TokenQuery;
import dev.errand.acceptance.TokenProcess.Dies;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens and tries whose processes really die. */
@Tag(TestStore.ONCE)
class TokenDeathTest {
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

    private static Run<Json> waiting(Errand watches) throws InterruptedException {
        Run<Json> run = watches.trigger(TokenProcess.TASK, "x");
        Soon.await("it waits", () -> run.state() == RunState.WAITING);
        return run;
    }

    private static void approve(Errand watches, Run<Json> run) {
        Json id = Objects.requireNonNull(run.steps().getFirst().result());
        assertThat(watches.tokens().complete(TokenId.of(id.text().replace("\"", "")), "Ada"))
                .isEqualTo(TokenAnswer.OK);
    }

    /** Another process, this one, takes over. */
    private void finish(Run<Json> run) throws InterruptedException {
        try (Errand errand = Errand.builder()
                .store(url)
                .tasks(TokenProcess.task(calls, Dies.NEVER))
                .concurrency(1)
                .open()) {
            assertThat(errand.run(run.id()).await(SOON)).isEqualTo(new Json("\"approved by Ada\""));
            assertThat(errand.tokens().list(TokenQuery.all()).items())
                    .as("created once")
                    .hasSize(1);
        }
        assertThat(run).hasAttempts(1);
    }

    @Test
    void aRunWhoseProcessDiesWhileItWaitsGoesOnElsewhere() throws Exception {
        try (Errand watches = watches()) {
            Run<Json> run;
            try (TokenProcess process = new TokenProcess(url, calls, Dies.NEVER)) {
                run = waiting(watches);
                process.kill();
            }
            approve(watches, run); // while nobody works
            finish(run);
            assertThat(run.info().redeliveries()).as("nothing of it was lost").isZero();
            assertThat(run).hasSteps("approval", "approval", "charge", "charge", "charge");
            assertThat(TokenProcess.calls(calls))
                    .containsExactly("body", "body", "charge", "body", "charge", "body", "charge");
        }
    }

    @Test
    void aRunWhoseProcessDiesAsItWakesUpFindsWhatCameOfItsToken() throws Exception {
        try (Errand watches = watches()) {
            Run<Json> run;
            try (TokenProcess process = new TokenProcess(url, calls, Dies.AWAKE)) {
                run = waiting(watches);
                approve(watches, run);
                process.awaitDeath();
            }
            finish(run);
            assertThat(run).hasSteps("approval", "approval", "charge", "charge", "charge");
            assertThat(TokenProcess.calls(calls))
                    .containsExactly("body", "body", "body", "charge", "body", "charge", "body", "charge");
        }
    }

    @Test
    void triesThatWereKeptCountAfterTheProcessDiedInTheNext() throws Exception {
        try (Errand watches = watches()) {
            Run<Json> run;
            try (TokenProcess process = new TokenProcess(url, calls, Dies.IN_THE_SECOND_TRY)) {
                run = waiting(watches);
                approve(watches, run);
                process.awaitDeath();
            }
            finish(run);
            assertThat(run).hasSteps("approval", "approval", "charge", "charge");
            assertThat(TokenProcess.calls(calls))
                    .containsExactly("body", "body", "charge", "body", "charge", "body", "charge");
        }
    }
}

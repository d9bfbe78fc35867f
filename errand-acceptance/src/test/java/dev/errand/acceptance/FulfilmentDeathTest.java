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
import dev.errand.TokenInfo;
import dev.errand.TokenQuery;
import dev.errand.example.Fulfilment.Approval;
import dev.errand.example.Fulfilment.Order;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of docs/tokens.md, whose process is killed at each of its lines, one process after the other. */
@Tag(TestStore.FULL)
class FulfilmentDeathTest {
    private static final int TOKEN_AWAITED = 4;

    /** What the body asks its run for: to pay, for a token, to ask, to await, to log, to invoke. */
    private static final List<String> POINTS = List.of(
            "before 1",
            "after 1",
            "before 2",
            "after 2",
            "before 3",
            "after 3",
            "before 4",
            "unwinding 4",
            "after 4",
            "before 5",
            "after 5",
            "before 6",
            "unwinding 6",
            "after 6",
            FulfilmentProcess.NEVER);

    @TempDir
    Path folder;

    @Test
    void whateverLineItsProcessDiesAtTheOrderIsFulfilledOnce() throws Exception {
        Path done = folder.resolve("done.txt");
        String url = TestStore.url(folder);
        try (Errand watches = Errand.builder().store(url).concurrency(0).open()) {
            Run<Json> run = null;
            for (String point : POINTS) {
                try (FulfilmentProcess process = new FulfilmentProcess(url, done, point)) {
                    if (run == null) {
                        run = watches.trigger("fulfil", new Order(7, 1_999)); // by now the task is known
                    }
                    if (point.equals("after " + TOKEN_AWAITED)) {
                        approve(watches, run);
                    }
                    if (point.equals(FulfilmentProcess.NEVER)) {
                        assertThat(run.await(SOON)).isEqualTo(new Json("\"receipt for payment-7 and parcel-7\""));
                    } else {
                        process.awaitDeath();
                        assertThat(run.isFinished()).as(point).isFalse();
                    }
                }
            }
            assertThat(Files.readAllLines(done)).containsExactly("charge 7", "ask about 7", "ship 7");
            assertThat(Objects.requireNonNull(run))
                    .isCompleted()
                    .hasAttempts(1)
                    .hasSteps("pay", "approval", "ask", "approval", "ship");
        }
    }

    private static void approve(Errand watches, Run<Json> run) throws InterruptedException {
        Soon.await("it waits", () -> run.state() == RunState.WAITING);
        List<TokenInfo> tokens = watches.tokens().list(TokenQuery.all()).items();
        assertThat(tokens).as("created once").hasSize(1);
        TokenId token = tokens.getFirst().id();
        assertThat(watches.tokens().complete(token, new Approval("Ada"))).isEqualTo(TokenAnswer.OK);
    }
}

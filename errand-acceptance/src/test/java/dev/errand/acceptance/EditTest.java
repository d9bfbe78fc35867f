package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.FailureKind;
import dev.errand.Retry;
import dev.errand.RetryAnswer;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.TypeRef;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class EditTest {
    private final Gate gate = new Gate();
    private final Task<String, String> first = Task.named("task", String.class, String.class)
            .retry(Retry.fixed(Duration.ZERO))
            .run((payload, run) -> {
                gate.pass();
                return "first";
            });
    private final Task<String, String> second = first.withBody((payload, run) -> "second");

    @AutoClose
    private final TestErrand test =
            TestStore.open(settings -> settings.tasks(first).concurrency(1));

    @Test
    void anEditReachesQueuedRunsAndLeavesTheAttemptUnderWayAlone() throws InterruptedException { // cases 35, 36
        Run<String> executing = test.errand().trigger(first, "");
        Run<String> queued = test.errand().trigger(first, "");
        gate.awaitArrivals(1);
        test.errand().edit(second);
        gate.open();
        assertThat(executing).endsWithin(SOON).hasOutput("first");
        assertThat(queued).endsWithin(SOON).hasOutput("second");
    }

    @Test
    void anEditReachesTheNextAttempt() throws InterruptedException {
        Task<String, String> failing = first.withBody((payload, run) -> {
            gate.pass();
            throw new IllegalStateException("bug");
        });
        test.errand().put(failing);
        Run<String> run = test.errand().trigger(failing, "");
        gate.awaitArrivals(1);
        test.errand().edit(second);
        gate.open();
        assertThat(run).endsWithin(SOON).hasOutput("second").hasAttempts(2);
    }

    @Test
    void editedArgumentsReplaceTheOldOnesAsAWhole() throws InterruptedException { // case 37
        Task<Map<String, Object>, Map<String, Object>> echo = Task.named(
                        "echo", new TypeRef<Map<String, Object>>() {}, new TypeRef<Map<String, Object>>() {})
                .arguments(Map.of("a", 1, "b", 2))
                .run((payload, run) -> payload);
        test.errand().add(echo);
        assertThat(test.run(echo, Map.of())).isEqualTo(Map.of("a", 1, "b", 2));
        test.errand().edit(echo.withArguments(Map.of("a", 3)));
        assertThat(test.run(echo, Map.of())).isEqualTo(Map.of("a", 3));
        assertThat(test.errand().task("echo").orElseThrow().arguments()).isEqualTo(Map.of("a", 3));
    }

    @Test
    void aQueuedRunOfARemovedTaskFailsAndNamesIt() throws InterruptedException { // case 38
        Run<String> executing = test.errand().trigger(first, "");
        Run<String> queued = test.errand().trigger(first, "");
        Run<String> delayed =
                test.errand().trigger(first, "", TriggerOptions.none().after(Duration.ofHours(1)));
        gate.awaitArrivals(1);
        test.errand().remove("Task");
        assertThat(queued)
                .endsWithin(SOON)
                .hasState(RunState.FAILED)
                .hasFailure(FailureKind.NO_TASK, "task")
                .hasAttempts(0);
        gate.open();
        assertThat(executing).endsWithin(SOON).hasOutput("first");
        test.advance(Duration.ofHours(1));
        assertThat(delayed).hasState(RunState.FAILED).hasFailure(FailureKind.NO_TASK);
    }

    @Test
    void aRunWhoseTaskCameBackIsRetriedByHand() throws InterruptedException {
        test.errand().trigger(first, "");
        Run<String> queued = test.errand().trigger(first, "");
        gate.awaitArrivals(1);
        test.errand().remove("task");
        assertThat(queued).endsWithin(SOON).hasFailure(FailureKind.NO_TASK);
        gate.open();
        test.errand().add(second);
        assertThat(queued.retry()).isEqualTo(RetryAnswer.RETRIED);
        assertThat(queued).endsWithin(SOON).hasOutput("second");
    }

    @Test
    void withdrawnCodeLeavesItsRunsWaitingUntilItIsBack() throws InterruptedException {
        test.errand().withdraw("task");
        Run<String> run = test.errand().trigger(second, "");
        Run<?> other = test.errand().trigger("task", "");
        assertThat(test.errand().why(run.id())).contains("no living node has the code of task task");
        test.errand().put(second);
        assertThat(run).endsWithin(SOON).hasOutput("second");
        assertThat(other).endsWithin(SOON).isCompleted();
    }
}

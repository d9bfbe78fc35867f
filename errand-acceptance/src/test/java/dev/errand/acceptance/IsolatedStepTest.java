package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Failure;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Step;
import dev.errand.StepState;
import dev.errand.testkit.TestErrand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Steps of bodies in child processes, which their nodes keep. */
@ResourceLock("child processes")
class IsolatedStepTest {
    @TempDir
    private Path folder;

    private Path calls;

    @AutoClose
    private final TestErrand test = TestStore.open(settings -> settings.warmProcesses(0)
            .tasks(
                    IsolatedTasks.STEPS,
                    IsolatedTasks.DIES_IN_STEP,
                    IsolatedTasks.STOPPED_IN_STEP,
                    IsolatedTasks.STABLE));

    @BeforeEach
    void file() {
        calls = folder.resolve("calls.txt");
    }

    @Test
    void aStepIsCalledInOneProcessAndHasItsResultInAll() throws Exception {
        Run<List<String>> run = test.finish(test.errand().trigger(IsolatedTasks.STEPS, calls));
        assertThat(run).isCompleted().hasAttempts(3).hasSteps("large", "twice", "twice", "busy");
        List<String> seen = run.await(SOON);
        String first = seen.getFirst().replace("large in ", "");
        assertThat(seen.subList(1, 3)).containsOnly("twice in " + first + ";");
        assertThat(seen.getLast()).contains("'busy'", "in attempt 2", "java.io.IOException: line is busy");
        assertThat(Files.readAllLines(calls)).containsExactly("large", "twice", "twice", "busy", "busy");
        assertThat(run.attempts())
                .extracting(attempt ->
                        attempt.failure() == null ? "" : attempt.failure().message())
                .containsExactly("nobody there", "line is busy", "");
        assertThat(run.steps())
                .extracting(Step::state)
                .containsExactly(StepState.COMPLETED, StepState.COMPLETED, StepState.COMPLETED, StepState.FAILED);
        Failure failure = run.steps().getLast().failure();
        assertThat(failure.attempt()).isEqualTo(2);
        assertThat(failure.stack()).contains("IsolatedTasks");
    }

    @Test
    void aStepAtMostOnceInWhichTheChildDiesIsNeverCalledAgain() throws Exception {
        Run<String> run = test.finish(test.errand().trigger(IsolatedTasks.DIES_IN_STEP, calls));
        assertThat(run).isCompleted().hasAttempts(1);
        assertThat(run.await(SOON)).contains("the process died in it");
        assertThat(run.info().redeliveries()).isEqualTo(1);
        assertThat(Files.readAllLines(calls)).containsExactly("die");
    }

    @Test
    void aStepOfABodyThatIsCancelledIsInterruptedAndMayBeFollowedByAnother() throws Exception {
        Run<?> run = test.errand().trigger(IsolatedTasks.STOPPED_IN_STEP, calls);
        Soon.await("it is in its step", () -> Files.exists(calls));
        test.until(run, RunState.EXECUTING);
        run.cancel();
        assertThat(run).endsWithin(SOON).hasState(RunState.CANCELED);
        assertThat(Files.readAllLines(calls)).containsExactly("wait", "undo");
        assertThat(run).hasSteps("undo");
    }

    @Test
    void itHasTimesAndRandomNumbersAsOthersDoButNoTransactionsAndWaits() throws Exception {
        Run<List<String>> run = test.finish(test.errand().trigger(IsolatedTasks.STABLE, calls));
        assertThat(run).isCompleted().hasAttempts(2).hasSteps("run.changed:new", "run.now", "run.seed");
        List<String> seen = run.await(SOON);
        assertThat(seen).hasSize(10);
        assertThat(seen.get(0)).contains("An isolated attempt has no transactions", "task stable");
        assertThat(seen.subList(1, 4)).allMatch(each -> each.contains("An isolated attempt cannot wait"));
        assertThat(seen.get(4)).startsWith("[true, ").isEqualTo(seen.get(9));
    }
}

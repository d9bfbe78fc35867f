package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Step;
import dev.errand.StepFailedException;
import dev.errand.StepOptions;
import dev.errand.StepState;
import dev.errand.Task;
import dev.errand.acceptance.StepProcess.Fate;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps whose processes really die, or really stand still for longer than their leases. */
@Tag(TestStore.ONCE)
class StepDeathTest {
    private final Gate gate = new Gate();

    @TempDir
    Path folder;

    private Path calls;
    private String url;

    @BeforeEach
    void files() {
        calls = folder.resolve("calls.txt");
        url = TestStore.url(folder);
    }

    /** What takes the run over: the same task, with other code in its step, from which the test lets it go on. */
    private Task<String, String> takesOver(StepOptions options) {
        return Task.named(StepProcess.TASK, String.class, String.class).run((payload, run) -> {
            try {
                return run.step(StepProcess.STEP, String.class, options, () -> {
                    gate.pass();
                    return "by another";
                });
            } catch (StepFailedException e) {
                assertThat(e.failure()).isEmpty();
                return e.getMessage();
            }
        });
    }

    private Errand open(int concurrency, Task<?, ?>... tasks) {
        return Errand.builder().store(url).concurrency(concurrency).tasks(tasks).open();
    }

    private Run<Json> triggerAndDie(Errand watches, Fate fate) throws Exception {
        try (StepProcess dying = new StepProcess(url, calls, fate)) {
            Run<Json> run = watches.trigger(StepProcess.TASK, "x");
            dying.awaitDeath();
            return run;
        }
    }

    @Test
    void aStepInWhichItsProcessDiesIsCalledAgain() throws Exception {
        try (Errand watches = open(0)) {
            Run<Json> run = triggerAndDie(watches, Fate.DIES_IN_STEP);
            assertThat(run).hasSteps();
            gate.open();
            try (Errand errand = open(1, takesOver(StepOptions.none()))) {
                assertThat(errand.run(run.id()).await(SOON)).isEqualTo(new Json("\"by another\""));
            }
            assertThat(run).hasAttempts(1).hasSteps("S");
            assertThat(gate.arrived()).isEqualTo(1);
            assertThat(StepProcess.calls(calls)).isEqualTo(1);
        }
    }

    @Test
    void aStepAfterWhichItsProcessDiesIsNotCalledAgain() throws Exception {
        try (Errand watches = open(0)) {
            Run<Json> run = triggerAndDie(watches, Fate.DIES_AFTER_STEP);
            assertThat(run).hasSteps("S");
            try (Errand errand = open(1, takesOver(StepOptions.none()))) {
                assertThat(errand.run(run.id()).await(SOON)).isEqualTo(new Json("\"by the process\""));
            }
            assertThat(gate.arrived()).isZero();
            assertThat(StepProcess.calls(calls)).isEqualTo(1);
        }
    }

    @Test
    void aStepAtMostOnceInWhichItsProcessDiesIsNeverCalledAgain() throws Exception {
        StepOptions once = StepOptions.none().atMostOnce().retryOn(Exception.class);
        try (Errand watches = open(0)) {
            Run<Json> run = triggerAndDie(watches, Fate.DIES_IN_STEP_AT_MOST_ONCE);
            assertThat(run.steps()).extracting(Step::state).containsExactly(StepState.STARTED);
            try (Errand errand = open(1, takesOver(once))) {
                assertThat(errand.run(run.id()).await(SOON).text())
                        .contains("'S'", "failed before completing in attempt 1: the process died in it");
            }
            assertThat(gate.arrived()).isZero();
            assertThat(StepProcess.calls(calls)).isEqualTo(1);
        }
    }

    @Test
    void aProcessThatStoodStillInAStepCannotKeepItOnceAnotherHasItsRun() throws Exception {
        try (Errand watches = open(0);
                StepProcess stalls = new StepProcess(url, calls, Fate.WAITS_IN_STEP)) {
            Run<Json> run = standStill(watches, stalls);
            try (Errand errand = open(1, takesOver(StepOptions.none()))) {
                gate.awaitArrivals(1);
                stalls.letReturn();
                stalls.goOn();
                stalls.await("lost");
                assertThat(run).hasSteps();
                gate.open();
                assertThat(errand.run(run.id()).await(SOON)).isEqualTo(new Json("\"by another\""));
            }
            assertThat(run).hasAttempts(1);
            assertThat(run.steps()).extracting(Step::result).containsExactly(new Json("\"by another\""));
        }
    }

    @Test
    void aProcessThatStoodStillInAStepAtMostOnceCannotSayThatItCompleted() throws Exception {
        try (Errand watches = open(0);
                StepProcess stalls = new StepProcess(url, calls, Fate.WAITS_IN_STEP_AT_MOST_ONCE)) {
            Run<Json> run = standStill(watches, stalls);
            try (Errand errand = open(1, takesOver(StepOptions.none().atMostOnce()))) {
                assertThat(errand.run(run.id()).await(SOON).text()).contains("the process died in it");
                stalls.letReturn();
                stalls.goOn();
                stalls.await("lost");
            }
            assertThat(run.steps()).extracting(Step::state).containsExactly(StepState.STARTED);
            assertThat(gate.arrived()).isZero();
            assertThat(StepProcess.calls(calls)).isEqualTo(1);
        }
    }

    private Run<Json> standStill(Errand watches, StepProcess stalls) throws Exception {
        Run<Json> run = watches.trigger(StepProcess.TASK, "x");
        stalls.await("in the step");
        Soon.await("its start is recorded", () -> run.state() == RunState.EXECUTING);
        stalls.standStill();
        TestStore.takeAwayLease(folder, url, stalls.pid());
        return run;
    }
}

package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Branch;
import dev.errand.LoopAnswer;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunState;
import dev.errand.Step;
import dev.errand.StepState;
import dev.errand.Task;
import dev.errand.Value;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Conditions in loops and in branches. */
class UntilPlacesTest {
    private interface Body {
        @Nullable
        Object run(RunContext run) throws Exception;
    }

    @AutoClose
    private final TestErrand test = TestStore.open();

    private final Value<Integer> balance = test.errand().value("balance", Integer.class);
    private final Value<Integer> debts = test.errand().value("debts", Integer.class);

    private Run<Object> waiting(Body body) throws InterruptedException {
        Task<String, Object> task =
                Task.named("task", String.class, Object.class).run((payload, run) -> body.run(run));
        test.errand().put(task);
        Run<Object> run = test.errand().trigger(task, "");
        test.until(run, RunState.WAITING);
        return run;
    }

    @Test
    void anIterationHasConditionsOfItsOwn() throws InterruptedException {
        Run<Object> run = waiting(context -> context.loop("levels", iteration -> {
            int level = context.until(
                    "next level", Integer.class, () -> balance.get().filter(now -> now > 10 * (iteration + 1)));
            return level > 30 ? LoopAnswer.done(iteration + ": " + level) : LoopAnswer.again();
        }));
        balance.set(11);
        test.runUntilIdle();
        assertThat(run).hasState(RunState.WAITING);
        balance.set(25);
        test.runUntilIdle();
        assertThat(run).hasState(RunState.WAITING);
        balance.set(31);
        assertThat(test.finish(run)).isCompleted().hasOutput("2: 31");
    }

    @Test
    void aConditionOrATimeEndsAWaitWhicheverComesFirst() throws InterruptedException {
        Body body = context -> context.anyOf(
                        "rich or late",
                        List.of(
                                Branch.of(
                                        "rich",
                                        Integer.class,
                                        () -> context.until(
                                                "enough",
                                                Integer.class,
                                                () -> balance.get().filter(now -> now > 10))),
                                Branch.of("late", Integer.class, () -> {
                                    context.sleep("an hour", Duration.ofHours(1));
                                    return -1;
                                })))
                .result();
        Run<Object> first = waiting(body);
        balance.set(11);
        assertThat(test.finish(first)).isCompleted().hasOutput(11);
        balance.set(0);
        Run<Object> second = waiting(body);
        assertThat(test.finish(second)).isCompleted().hasOutput(-1);
    }

    @Test
    void branchesWaitForAsManyValuesAsTheyRead() throws InterruptedException {
        Run<Object> run = waiting(context -> context.parallel(
                "both",
                List.of(
                        Branch.of(
                                "rich",
                                Integer.class,
                                () -> context.until(
                                        "enough",
                                        Integer.class,
                                        () -> balance.get().filter(now -> now > 10))),
                        Branch.of(
                                "free",
                                Integer.class,
                                () -> context.until(
                                        "none left",
                                        Integer.class,
                                        () -> debts.get().filter(now -> now == 0))))));
        assertThat(run.steps()).extracting(Step::state).containsOnly(StepState.WAITING);
        debts.set(0);
        test.runUntilIdle();
        assertThat(run).hasState(RunState.WAITING);
        balance.set(12);
        assertThat(test.finish(run)).isCompleted().hasOutput(List.of(12, 0));
    }
}

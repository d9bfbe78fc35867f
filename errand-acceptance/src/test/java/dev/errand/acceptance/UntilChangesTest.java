package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.LoopAnswer;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunState;
import dev.errand.Step;
import dev.errand.Task;
import dev.errand.Value;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Loops that wait for changes. */
class UntilChangesTest {
    private interface Body {
        @Nullable
        Object run(RunContext run) throws Exception;
    }

    private final List<Integer> seen = new CopyOnWriteArrayList<>();

    @AutoClose
    private final TestErrand test = TestStore.open();

    private final Value<Integer> balance = test.errand().value("balance", Integer.class);

    private Run<Object> trigger(Body body) {
        Task<String, Object> task = Task.named("task", String.class, Object.class)
                .retry(Retry.fixed(Duration.ofMinutes(1)).attempts(2))
                .run((payload, run) -> body.run(run));
        test.errand().put(task);
        return test.errand().trigger(task, "");
    }

    @Test
    void outsideOfALoopItIsRefused() throws InterruptedException { // case 109
        balance.set(5);
        Run<Object> run = test.finish(trigger(context -> {
            try {
                return context.untilChanges("balance", Integer.class, balance::get);
            } catch (IllegalStateException e) {
                return e.getMessage();
            }
        }));
        assertThat(run).isCompleted();
        assertThat(String.valueOf(run.info().output())).contains("in no loop");
    }

    @Test
    void theFirstIterationHasItAtOnceAndLaterOnesWaitForAnother() throws InterruptedException { // case 109
        balance.set(5);
        Run<Object> run = trigger(context -> context.loop("follow", iteration -> {
            int now = context.untilChanges("balance", Integer.class, balance::get);
            context.step("see", () -> seen.add(now));
            return now == 0 ? LoopAnswer.done(iteration) : LoopAnswer.again();
        }));
        test.runUntilIdle();
        assertThat(run).hasState(RunState.WAITING);
        assertThat(seen).containsExactly(5);
        balance.set(5);
        test.runUntilIdle();
        assertThat(seen).as("it is the same").containsExactly(5);
        balance.set(7);
        test.runUntilIdle();
        assertThat(seen).containsExactly(5, 7);
        assertThat(run).hasState(RunState.WAITING);
        balance.set(0);
        assertThat(test.finish(run)).isCompleted().hasOutput(2);
        assertThat(seen).containsExactly(5, 7, 0);
        assertThat(run.steps()).extracting(Step::name).containsOnlyOnce("balance");
    }

    @Test
    void whatIsTheSameIsForTheCallerToSay() throws InterruptedException {
        balance.set(5);
        Run<Object> run = trigger(context -> context.loop("follow", iteration -> {
            int now = context.untilChanges(
                    "balance", Integer.class, balance::get, (before, after) -> after < before + 10);
            seen.add(now);
            return iteration == 1 ? LoopAnswer.done(now) : LoopAnswer.again();
        }));
        test.runUntilIdle();
        balance.set(14);
        test.runUntilIdle();
        assertThat(run).hasState(RunState.WAITING);
        balance.set(15);
        assertThat(test.finish(run)).isCompleted().hasOutput(15);
    }

    @Test
    void theNextAttemptHasWhatItsIterationHad() throws InterruptedException {
        balance.set(5);
        Run<Object> run = test.finish(trigger(context -> context.loop("follow", iteration -> {
            int now = context.untilChanges("balance", Integer.class, balance::get);
            seen.add(now);
            if (context.attempt() == 1) {
                balance.set(6);
                throw new IllegalStateException("on purpose");
            }
            return iteration == 1 ? LoopAnswer.done(now) : LoopAnswer.again();
        })));
        assertThat(run).isCompleted().hasOutput(6);
        assertThat(seen).containsExactly(5, 5, 6);
    }
}

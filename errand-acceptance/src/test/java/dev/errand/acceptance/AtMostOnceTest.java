package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Failure;
import dev.errand.FailureKind;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunState;
import dev.errand.Step;
import dev.errand.StepFailedException;
import dev.errand.StepOptions;
import dev.errand.StepState;
import dev.errand.Task;
import dev.errand.testkit.TestErrand;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Steps that are called at most once, as long as no process dies. */
class AtMostOnceTest {
    private static final StepOptions ONCE = StepOptions.none().atMostOnce();

    private interface Body {
        @Nullable
        Object run(RunContext run) throws Exception;
    }

    private final AtomicInteger calls = new AtomicInteger();
    private final List<StepFailedException> refused = new CopyOnWriteArrayList<>();

    @AutoClose
    private final TestErrand test = TestStore.open(settings -> settings.maxOutput(1_000));

    private Task<String, Object> task(Body body) {
        return Task.named("task", String.class, Object.class)
                .retry(Retry.fixed(Duration.ofMinutes(1)).attempts(4))
                .run((payload, run) -> {
                    try {
                        return body.run(run);
                    } catch (StepFailedException e) {
                        refused.add(e);
                        throw e;
                    }
                });
    }

    private Run<Object> finish(Body body) throws InterruptedException {
        Task<String, Object> task = task(body);
        test.errand().put(task);
        return test.finish(test.errand().trigger(task, ""));
    }

    @Test
    void aStepThatThrewIsNotCalledAgain() throws InterruptedException { // case 103
        Run<Object> run = finish(context -> context.step("charge", String.class, ONCE, () -> {
            calls.incrementAndGet();
            throw new IOException("line is busy");
        }));
        assertThat(run).hasState(RunState.FAILED).hasAttempts(4).hasFailure(StepFailedException.class);
        assertThat(calls).hasValue(1);
        assertThat(run.attempts().getFirst().failure().summary())
                .as("the first attempt has the error itself")
                .isEqualTo("java.io.IOException: line is busy");
        assertThat(refused).hasSize(3).allSatisfy(e -> {
            assertThat(e)
                    .hasMessageContaining("'charge'")
                    .hasMessageContaining("failed before completing")
                    .hasMessageContaining("java.io.IOException: line is busy");
            assertThat(e.step()).isEqualTo("charge");
            assertThat(e.run()).isEqualTo(run.id());
            assertThat(e.attempt()).isEqualTo(1);
            assertThat(e.failure()).get().extracting(Failure::type).isEqualTo("java.io.IOException");
        });
        assertThat(run.steps()).singleElement().satisfies(step -> {
            assertThat(step.state()).isEqualTo(StepState.FAILED);
            assertThat(step.attempt()).isEqualTo(1);
            assertThat(step.result()).isNull();
            assertThat(step.endedAt()).isNotNull();
            assertThat(step.failure().summary()).isEqualTo("java.io.IOException: line is busy");
            assertThat(step.failure().stack()).contains("AtMostOnceTest");
        });
    }

    @Test
    void aStepThatReturnedIsNotCalledAgainEither() throws InterruptedException {
        Run<Object> run = finish(context -> {
            int value = context.step("charge", Integer.class, ONCE, calls::incrementAndGet);
            if (context.attempt() < 3) {
                throw new IllegalStateException("on purpose");
            }
            return value;
        });
        assertThat(run).isCompleted().hasAttempts(3).hasOutput(1);
        assertThat(calls).hasValue(1);
        assertThat(run.steps()).extracting(Step::state).containsExactly(StepState.COMPLETED);
    }

    @Test
    void itIsKnownToHaveBegunWhileItIsCalled() throws InterruptedException {
        Run<Object> run = finish(context -> context.step("charge", Object.class, ONCE, () -> {
            List<Step> steps = test.errand().run(context.id()).steps();
            assertThat(steps).extracting(Step::state).containsExactly(StepState.STARTED);
            assertThat(steps.getFirst().endedAt()).isNull();
            return "";
        }));
        assertThat(run).isCompleted();
    }

    @Test
    void theBodyMayGoAnotherWay() throws InterruptedException {
        Run<Object> run = finish(context -> {
            try {
                return context.step("charge", String.class, ONCE.key("order 7"), () -> {
                    throw new IOException("line is busy");
                });
            } catch (IOException e) {
                return context.step("charge", String.class, ONCE.key("order 7"), () -> "never");
            } catch (StepFailedException e) {
                return context.step("look whether it was charged", String.class, () -> "it was not");
            }
        });
        assertThat(run)
                .as("within the attempt as well, for a key")
                .isCompleted()
                .hasOutput("it was not")
                .hasAttempts(2);
        assertThat(refused).hasSize(1);
    }

    @Test
    void errorsThatSayThatNothingWasDoneLetItBeCalledAgain() throws InterruptedException {
        StepOptions options = ONCE.retryOn(ConnectException.class, FileNotFoundException.class);
        List<StepState> states = new CopyOnWriteArrayList<>();
        Run<Object> run = finish(context -> {
            test.errand().run(context.id()).steps().forEach(step -> states.add(step.state()));
            return context.step("charge", Integer.class, options, () -> switch (calls.incrementAndGet()) {
                case 1 -> throw new ConnectException("nobody there");
                case 2 -> throw new FileNotFoundException("no key");
                default -> context.attempt();
            });
        });
        assertThat(run).isCompleted().hasOutput(3).hasSteps("charge");
        assertThat(calls).hasValue(3);
        assertThat(states).containsExactly(StepState.RETRYING, StepState.RETRYING);
        assertThat(run.steps().getFirst().attempt()).isEqualTo(3);
    }

    @Test
    void anotherErrorAfterThatIsTheLast() throws InterruptedException {
        StepOptions options = ONCE.retryOn(ConnectException.class);
        Run<Object> run = finish(context -> context.step("charge", Integer.class, options, () -> {
            throw calls.incrementAndGet() == 1 ? new ConnectException("nobody there") : new IOException("broken pipe");
        }));
        assertThat(run).hasState(RunState.FAILED).hasFailureMessage("in attempt 2: java.io.IOException: broken pipe");
        assertThat(calls).hasValue(2);
    }

    @Test
    void aResultThatCannotBeKeptIsAFailureLikeAnyOther() throws InterruptedException {
        Run<Object> run = finish(context -> context.step("charge", String.class, ONCE, () -> {
            calls.incrementAndGet();
            return "x".repeat(1_000);
        }));
        assertThat(run)
                .hasFailure(FailureKind.ERROR, "failed before completing")
                .hasFailureMessage("1,002 bytes; at most 1,000");
        assertThat(calls).hasValue(1);
    }

    @Test
    void anErrorOfTheVirtualMachineIsOneToo() throws InterruptedException {
        Run<Object> run = finish(context -> context.step("charge", String.class, ONCE, () -> {
            calls.incrementAndGet();
            throw new StackOverflowError("too deep");
        }));
        assertThat(run).hasFailureMessage("java.lang.StackOverflowError: too deep");
        assertThat(calls).hasValue(1);
    }

    @Test
    void codeThatIsMendedMayCallItAgain() throws InterruptedException {
        Task<String, Object> broken = task(context -> context.step("charge", String.class, ONCE, () -> {
            throw new IllegalStateException("a bug");
        }));
        test.errand().put(broken);
        Run<Object> run = test.errand().trigger(broken, "");
        test.until(run, RunState.RETRYING);
        test.errand().put(task(context -> context.step("charge", String.class, () -> "mended, at least once")));
        assertThat(test.finish(run)).isCompleted().hasOutput("mended, at least once");
        assertThat(run.steps()).extracting(Step::state).containsExactly(StepState.COMPLETED);
    }
}

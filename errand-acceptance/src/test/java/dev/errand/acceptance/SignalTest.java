package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Branch;
import dev.errand.Json;
import dev.errand.LoopAnswer;
import dev.errand.PurgeAnswer;
import dev.errand.Retry;
import dev.errand.RetryAnswer;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.SignalAnswer;
import dev.errand.SignalInfo;
import dev.errand.SignalResult;
import dev.errand.Step;
import dev.errand.StepState;
import dev.errand.Task;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Bodies that receive what is sent to them while they run. */
class SignalTest {
    private interface Body {
        @Nullable
        Object run(RunContext run) throws Exception;
    }

    private static final String GO = "go";
    private static final Duration HOUR = Duration.ofHours(1);

    private final List<String> bodies = new CopyOnWriteArrayList<>();

    @AutoClose
    private final TestErrand test =
            TestStore.open(settings -> settings.concurrency(1).maxOutput(1_000));

    private Run<Object> trigger(Body body) {
        Task<String, Object> task = Task.named("task", String.class, Object.class)
                .retry(Retry.fixed(Duration.ofMinutes(1)).attempts(2))
                .run((payload, run) -> {
                    bodies.add("body");
                    return body.run(run);
                });
        test.errand().put(task);
        return test.errand().trigger(task, "");
    }

    private Run<Object> waiting(Body body) throws InterruptedException {
        Run<Object> run = trigger(body);
        test.until(run, RunState.WAITING);
        return run;
    }

    private SignalAnswer send(Run<?> run, @Nullable Object value) {
        return test.errand().signal(run.id(), GO, value);
    }

    private static List<String> unreceived(Run<?> run) {
        return run.signals().stream().map(SignalInfo::name).toList();
    }

    // ── receiving

    @Test
    void aRunGoesOnWithTheValueOfItsSignal() throws InterruptedException {
        Run<Object> run = waiting(context -> context.receive(GO, String.class));
        assertThat(test.errand().why(run.id())).contains("waits for signal 'go' and holds no slot");
        assertThat(run.steps()).extracting(Step::state).containsExactly(StepState.WAITING);
        test.runUntilIdle();
        assertThat(send(run, "now")).isEqualTo(SignalAnswer.OK);
        assertThat(test.finish(run)).isCompleted().hasOutput("now").hasAttempts(1);
        assertThat(test.clock().instant()).isEqualTo(SettableClock.START);
        Step received = run.steps().getFirst();
        assertThat(received.state()).isEqualTo(StepState.COMPLETED);
        assertThat(received.result()).isEqualTo(new Json("\"now\""));
        assertThat(run.signals()).isEmpty();
        assertThat(bodies).hasSize(2);
    }

    @Test
    void aSignalThatCameBeforeIsReceivedAtOnce() throws InterruptedException {
        Run<Object> run = waiting(context -> {
            context.sleep("nap", HOUR);
            return context.receive(GO, Integer.class) + context.receive(GO, Integer.class);
        });
        send(run, 1);
        send(run, 2);
        assertThat(unreceived(run)).containsExactly(GO, GO);
        assertThat(test.finish(run)).isCompleted().hasOutput(3);
        assertThat(bodies).as("called once more, for the nap").hasSize(2);
    }

    @Test
    void signalsAreReceivedInOrderAndTheSameByTheNextAttempt() throws InterruptedException {
        List<String> seen = new CopyOnWriteArrayList<>();
        Run<Object> run = waiting(context -> {
            String first = context.receive(GO, String.class);
            String second = context.receive(GO, String.class);
            seen.add(first + second);
            if (context.attempt() == 1) {
                throw new IllegalStateException("on purpose");
            }
            return first + second + context.receive(GO, String.class);
        });
        send(run, "a");
        test.runUntilIdle();
        assertThat(run).hasState(RunState.WAITING);
        send(run, "b");
        send(run, "c");
        assertThat(test.finish(run)).isCompleted().hasOutput("abc").hasAttempts(2);
        assertThat(seen).containsExactly("ab", "ab");
    }

    @Test
    void namesAreToldApart() throws InterruptedException {
        Run<Object> run = waiting(context -> context.receive("Go", String.class) + context.receive(GO, String.class));
        send(run, "small");
        test.runUntilIdle();
        assertThat(run).hasState(RunState.WAITING);
        assertThat(unreceived(run)).containsExactly(GO);
        test.errand().signal(run.id(), "Go", "large ");
        assertThat(test.finish(run)).isCompleted().hasOutput("large small");
    }

    @Test
    void aSignalMayHaveNoValue() throws InterruptedException {
        Run<Object> run = waiting(context -> {
            assertThat(context.<@Nullable Void>receive(GO, Void.class)).isNull();
            return context.receive(GO, Json.class).text();
        });
        send(run, null);
        send(run, null);
        assertThat(test.finish(run)).isCompleted().hasOutput("null");
    }

    // ── for a time

    @Test
    void thatNoSignalCameInTimeIsAResultAndIsKept() throws InterruptedException {
        Run<Object> run = waiting(context -> {
            SignalResult<String> inTime = context.receive(GO, String.class, HOUR);
            if (context.attempt() == 1) {
                throw new IllegalStateException("on purpose");
            }
            return (inTime instanceof SignalResult.TimedOut<String> ? "late: " : "in time: ")
                    + context.receive(GO, String.class);
        });
        assertThat(run.info().dueAt()).isEqualTo(SettableClock.START.plus(HOUR));
        assertThat(test.errand().why(run.id())).contains("for signal 'go'", "times out");
        test.clock().advance(HOUR);
        test.until(run, RunState.RETRYING);
        send(run, "at last");
        assertThat(test.finish(run)).isCompleted().hasOutput("late: at last");
        assertThat(run.steps().getFirst().result()).isNull();
    }

    @Test
    void aSignalThatComesInTimeIsReceived() throws InterruptedException {
        Run<Object> run = waiting(context -> switch (context.receive(GO, Integer.class, HOUR)) {
            case SignalResult.Received<Integer>(var value) -> value;
            case SignalResult.TimedOut<Integer> late -> "late";
        });
        send(run, 7);
        assertThat(test.finish(run)).isCompleted().hasOutput(7);
        assertThat(test.clock().instant()).isEqualTo(SettableClock.START);
    }

    @Test
    void whoDoesNotWaitTakesWhatIsThere() throws InterruptedException {
        Run<Object> run = waiting(context -> {
            context.sleep("nap", HOUR);
            List<Integer> taken = new ArrayList<>();
            while (context.receive(GO, Integer.class, Duration.ZERO) instanceof SignalResult.Received<Integer> one) {
                taken.add(one.value());
            }
            return taken;
        });
        send(run, 1);
        send(run, 2);
        assertThat(test.finish(run)).isCompleted().hasOutput(List.of(1, 2));
    }

    // ── where

    @Test
    void aLoopReceivesOneInEachIteration() throws InterruptedException {
        Run<Object> run = waiting(context -> context.loop("orders", Duration.ZERO, iteration -> {
            int order = context.receive(GO, Integer.class);
            context.step("pack", () -> bodies.add("pack " + order));
            return order == 0 ? LoopAnswer.done("after " + iteration) : LoopAnswer.again();
        }));
        for (int order : new int[] {7, 8, 0}) {
            send(run, order);
            test.runUntilIdle();
        }
        assertThat(test.finish(run)).isCompleted().hasOutput("after 2");
        assertThat(bodies).filteredOn(line -> line.startsWith("pack")).containsExactly("pack 7", "pack 8", "pack 0");
    }

    @Test
    void branchesThatWaitForOneNameReceiveOneEach() throws InterruptedException {
        Run<Object> run = waiting(context -> String.join(
                "",
                context
                        .parallel(
                                "both",
                                List.of(
                                        Branch.of("one", String.class, () -> context.receive(GO, String.class)),
                                        Branch.of("two", String.class, () -> context.receive(GO, String.class))))
                        .stream()
                        .sorted()
                        .toList()));
        send(run, "a");
        test.runUntilIdle();
        assertThat(run).hasState(RunState.WAITING);
        send(run, "b");
        assertThat(test.finish(run)).isCompleted().hasOutput("ab");
    }

    @Test
    void aStepReceivesNothing() throws InterruptedException {
        Run<Object> run = trigger(context -> {
            try {
                return context.step("in", String.class, () -> context.receive(GO, String.class));
            } catch (IllegalStateException e) {
                return e.getMessage();
            }
        });
        assertThat(test.finish(run).info().output()).asString().contains("Signal 'go' was not received");
    }

    @Test
    void aValueThatDoesNotFitFailsTheAttemptAndMayFitTheNext() throws InterruptedException {
        Run<Object> run = waiting(context -> context.attempt() == 1
                ? (Object) context.receive(GO, Integer.class)
                : context.receive(GO, String.class));
        send(run, "seven");
        test.until(run, RunState.RETRYING);
        assertThat(String.valueOf(run.info().failure())).contains("signal 'go'", "does not fit");
        assertThat(test.finish(run)).isCompleted().hasOutput("seven");
    }

    // ── sending

    @Test
    void aRunThatHasEndedOrIsUnknownIsSentNothing() throws InterruptedException {
        Run<Object> run = waiting(context -> context.receive(GO, String.class));
        send(run, "now");
        test.finish(run);
        assertThat(send(run, "again")).isEqualTo(SignalAnswer.FINISHED);
        assertThat(run.signals()).isEmpty();
        RunId unknown = RunId.of("run_" + "0".repeat(26));
        assertThat(test.errand().signal(unknown, GO, 1)).isEqualTo(SignalAnswer.NOT_FOUND);
    }

    @Test
    void whatCannotBeSentIsRefused() throws InterruptedException {
        Run<Object> run = waiting(context -> context.receive(GO, String.class));
        assertThatThrownBy(() -> send(run, "x".repeat(1_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1,002 bytes; at most 1,000 are kept");
        assertThatThrownBy(() -> test.errand().signal(run.id(), " ", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 256 characters");
        assertThat(run.signals()).isEmpty();
    }

    @Test
    void whatWasNotReceivedIsThereWhenTheRunIsRetriedByHand() throws InterruptedException {
        Run<Object> run = waiting(context -> {
            context.receive(GO, String.class);
            if (context.attempt() < 3) {
                throw new IllegalStateException("on purpose");
            }
            return context.receive(GO, String.class);
        });
        send(run, "a");
        send(run, "b");
        assertThat(test.finish(run)).hasState(RunState.FAILED);
        assertThat(unreceived(run)).containsExactly(GO);
        assertThat(run.forceRetry()).isEqualTo(RetryAnswer.RETRIED);
        assertThat(test.finish(run)).isCompleted().hasOutput("b");
        assertThat(run.purge()).isEqualTo(PurgeAnswer.PURGED);
        assertThat(test.errand().values("", 10).items()).isEmpty();
    }

    @Test
    void valuesOfUsersAreListedWithoutThoseOfSignals() throws InterruptedException {
        Run<Object> run = waiting(context -> context.receive(GO, String.class));
        send(run, "a");
        test.errand().value("stock", Integer.class).set(7);
        assertThat(test.errand().values("", 10).items())
                .singleElement()
                .matches(value -> value.name().equals("stock"));
    }
}

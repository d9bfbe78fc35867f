package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.FailureKind;
import dev.errand.Json;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunState;
import dev.errand.Step;
import dev.errand.StepOptions;
import dev.errand.StepState;
import dev.errand.StepTypeException;
import dev.errand.Task;
import dev.errand.TypeRef;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Steps: what is kept of them, and what they are told from each other by. */
class StepTest {
    record Receipt(String number, Instant at, List<Integer> cents) {}

    /** Can be written as JSON, but not read again. */
    interface OneWay {}

    private interface Body {
        @Nullable
        Object run(RunContext run) throws Exception;
    }

    private final AtomicInteger calls = new AtomicInteger();

    @AutoClose
    private final TestErrand test = TestStore.open(settings -> settings.maxOutput(1_000));

    private Task<String, Object> task(Body body) {
        return Task.named("task", String.class, Object.class)
                .retry(Retry.fixed(Duration.ofMinutes(1)).attempts(4))
                .run((payload, run) -> body.run(run));
    }

    private Run<Object> trigger(Body body) {
        Task<String, Object> task = task(body);
        test.errand().put(task);
        return test.errand().trigger(task, "");
    }

    private Run<Object> finish(Body body) throws InterruptedException {
        return test.finish(trigger(body));
    }

    private static void failUntil(int attempt, RunContext run) {
        if (run.attempt() < attempt) {
            throw new IllegalStateException("on purpose");
        }
    }

    // ── what is kept

    @Test
    void aStepThatReturnedIsNotCalledAgain() throws InterruptedException { // case 101
        Run<Object> run = finish(context -> {
            int value = context.step("S", Integer.class, calls::incrementAndGet);
            failUntil(2, context);
            return value;
        });
        assertThat(run).isCompleted().hasAttempts(2).hasOutput(1).hasSteps("S");
        assertThat(calls).hasValue(1);
    }

    @Test
    void aStepThatThrewIsCalledAgainByTheNextAttempt() throws InterruptedException { // case 102
        BlockingQueue<Integer> kept = new LinkedBlockingQueue<>();
        Run<Object> run = finish(context -> {
            kept.add(test.errand().run(context.id()).steps().size());
            return context.step("S", Integer.class, () -> {
                calls.incrementAndGet();
                if (context.attempt() < 3) {
                    throw new IOException("line is busy");
                }
                return context.attempt();
            });
        });
        assertThat(run).isCompleted().hasAttempts(3).hasOutput(3);
        assertThat(calls).hasValue(3);
        assertThat(kept).as("a failure leaves nothing behind").containsExactly(0, 0, 0);
        assertThat(run.attempts().getFirst().failure().summary()).isEqualTo("java.io.IOException: line is busy");
    }

    private static Step completed(
            String name, @Nullable String key, int occurrence, Instant start, int seconds, Json result) {
        Instant end = start.plusSeconds(seconds);
        return new Step(name, key, occurrence, StepState.COMPLETED, 2, start, end, result, null, null, null);
    }

    @Test
    void whatIsKeptOfAStepIsSeenFromOutside() throws InterruptedException {
        Instant start = SettableClock.START;
        Run<Object> run = finish(context -> {
            failUntil(2, context);
            context.step("pay", Map.class, () -> {
                test.clock().advance(Duration.ofSeconds(3));
                return Map.of("ok", true);
            });
            context.step("tell", StepOptions.none().key("mail 1"), () -> {});
            return "";
        });
        Instant second = start.plusSeconds(60);
        assertThat(run.steps())
                .containsExactly(
                        completed("pay", null, 1, second, 3, new Json("{\"ok\":true}")),
                        completed("tell", "mail 1", 0, second.plusSeconds(3), 0, Json.NULL));
        assertThat(run.steps().getFirst().duration()).isEqualTo(Duration.ofSeconds(3));
        assertThat(test.errand().run(run.id()).steps()).isEqualTo(run.steps());
    }

    @Test
    void everyAttemptHasTheSameResultWhateverItsType() throws InterruptedException {
        Receipt receipt = new Receipt("7", Instant.parse("2026-01-01T12:00:00.5Z"), List.of(1, 2));
        List<Object> seen = new ArrayList<>();
        Run<Object> run = finish(context -> {
            seen.add(context.step("receipt", Receipt.class, () -> receipt));
            seen.add(context.step("list", new TypeRef<List<Receipt>>() {}, () -> List.of(receipt)));
            seen.add(context.step("raw", Json.class, () -> new Json("{\"a\": 1.50}")));
            seen.add(String.valueOf(context.step("nothing", String.class, () -> null)));
            context.step("no result", calls::incrementAndGet);
            failUntil(2, context);
            return "";
        });
        assertThat(run).isCompleted().hasSteps("receipt", "list", "raw", "nothing", "no result");
        List<Object> once = List.of(receipt, List.of(receipt), new Json("{\"a\": 1.50}"), "null");
        assertThat(seen).hasSize(8);
        assertThat(seen.subList(0, 4)).isEqualTo(once);
        assertThat(seen.subList(4, 8)).isEqualTo(once);
        assertThat(calls).hasValue(1);
    }

    @Test
    void moreStepsThanAPageAreAllFoundAgain() throws InterruptedException {
        int many = 450;
        Run<Object> run = finish(context -> {
            int sum = 0;
            for (int i = 0; i < many; i++) {
                sum += context.step("add", Integer.class, calls::incrementAndGet);
            }
            failUntil(2, context);
            return sum;
        });
        assertThat(run).isCompleted().hasOutput(many * (many + 1) / 2);
        assertThat(calls).hasValue(many);
        assertThat(run.steps())
                .extracting(Step::occurrence)
                .hasSize(many)
                .startsWith(1, 2, 3)
                .endsWith(many);
    }

    // ── what a step is told from others by

    @Test
    void callsOfOneNameAreToldApartInTheOrderOfCalls() throws InterruptedException {
        List<String> seen = new ArrayList<>();
        Run<Object> run = finish(context -> {
            for (String item : List.of("a", "b", "c")) {
                seen.add(context.step("ship", String.class, () -> item + calls.incrementAndGet()));
            }
            failUntil(2, context);
            return "";
        });
        assertThat(seen).containsExactly("a1", "b2", "c3", "a1", "b2", "c3");
        assertThat(run).isCompleted().hasSteps("ship", "ship", "ship");
        assertThat(run.steps()).extracting(Step::occurrence).containsExactly(1, 2, 3);
    }

    @Test
    void namesTellStepsApartAndPlacesDoNot() throws InterruptedException { // case 112, the half about steps
        Task<String, Object> first = task(context -> {
            context.step("a", String.class, () -> "a of the first");
            context.step("b", String.class, () -> "b of the first");
            context.step("gone", String.class, () -> "ignored");
            throw new IllegalStateException("a bug");
        });
        test.errand().put(first);
        Run<Object> run = test.errand().trigger(first, "");
        test.until(run, RunState.RETRYING);
        test.errand()
                .put(task(context -> context.step("new", String.class, () -> "new")
                        + ", " + context.step("b", String.class, () -> "never")
                        + ", " + context.step("a", String.class, () -> "never")
                        + ", " + context.step("a", String.class, () -> "another a")));
        assertThat(test.finish(run)).isCompleted().hasOutput("new, b of the first, a of the first, another a");
        assertThat(run).hasSteps("a", "b", "gone", "new", "a");
    }

    @Test
    void aKeyIsOneStepWhateverItsNames() throws InterruptedException {
        List<String> seen = new ArrayList<>();
        StepOptions key = StepOptions.none().key("order 7");
        Run<Object> run = finish(context -> {
            seen.add(context.step("ship", String.class, key, () -> "shipped " + calls.incrementAndGet()));
            seen.add(context.step("post", String.class, key, () -> "never"));
            seen.add(context.step("order 7", String.class, () -> "a name is no key"));
            seen.add(context.step("ship", String.class, () -> "nor has it a place among names"));
            failUntil(2, context);
            return "";
        });
        assertThat(run).isCompleted().hasSteps("ship", "order 7", "ship");
        assertThat(run.steps()).extracting(Step::occurrence).containsExactly(0, 1, 1);
        List<String> once = List.of("shipped 1", "shipped 1", "a name is no key", "nor has it a place among names");
        assertThat(seen.subList(0, 4)).isEqualTo(once);
        assertThat(seen.subList(4, 8)).isEqualTo(once);
    }

    @Test
    void aStepWithAKeyMayBeRepeatedInPlace() throws InterruptedException {
        Run<Object> run = finish(context -> {
            for (int i = 0; ; i++) {
                try {
                    return context.step(
                            "call", Integer.class, StepOptions.none().key("call"), () -> {
                                if (calls.incrementAndGet() < 3) {
                                    throw new IOException("line is busy");
                                }
                                return calls.get();
                            });
                } catch (IOException e) {
                    assertThat(i).isLessThan(3);
                }
            }
        });
        assertThat(run).isCompleted().hasOutput(3).hasAttempts(1).hasSteps("call");
    }

    @Test
    void aStepThatIsAlwaysCalledKeepsNothing() throws InterruptedException { // case 110, the half without loops
        Thread thread = Thread.ofVirtual().unstarted(() -> {});
        Run<Object> run = finish(context -> {
            Thread same = context.step("look", Thread.class, StepOptions.none().always(), () -> {
                calls.incrementAndGet();
                return thread;
            });
            context.step("once", calls::incrementAndGet);
            failUntil(3, context);
            return same.equals(thread);
        });
        assertThat(run).isCompleted().hasOutput(true).hasSteps("once");
        assertThat(calls).hasValue(4);
    }

    @Test
    void threadsOfABodyCallStepsAtTheSameTime() throws InterruptedException {
        Set<Integer> first = new ConcurrentSkipListSet<>();
        Set<Integer> second = new ConcurrentSkipListSet<>();
        Run<Object> run = finish(context -> {
            Set<Integer> seen = context.attempt() == 1 ? first : second;
            inThreads(20, () -> seen.add(context.step("number", Integer.class, calls::incrementAndGet)));
            failUntil(2, context);
            return "";
        });
        assertThat(run).isCompleted();
        assertThat(calls).hasValue(20);
        assertThat(first).hasSize(20);
        assertThat(second).isEqualTo(first);
        assertThat(new TreeSet<>(run.steps().stream().map(Step::occurrence).toList()))
                .hasSize(20);
    }

    @Test
    void threadsWithOneKeyCallItOnce() throws InterruptedException {
        Set<Integer> seen = new ConcurrentSkipListSet<>();
        StepOptions key = StepOptions.none().key("one");
        Run<Object> run = finish(context -> {
            inThreads(20, () -> seen.add(context.step("number", Integer.class, key, calls::incrementAndGet)));
            return "";
        });
        assertThat(run).isCompleted().hasSteps("number");
        assertThat(seen).containsExactly(1);
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void inThreads(int count, Work work) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                all.add(threads.submit(() -> {
                    work.run();
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
    }

    // ── what is refused

    @Test
    void aStepInsideAStepIsRefused() throws InterruptedException {
        Run<Object> run = finish(context -> context.step("outer", String.class, () -> {
            assertThatThrownBy(() -> context.step("inner", () -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("'inner'")
                    .hasMessageContaining("inside step 'outer'");
            assertThatThrownBy(() -> context.step("inner", StepOptions.none().always(), () -> {}))
                    .isInstanceOf(IllegalStateException.class);
            return "done";
        }));
        assertThat(run).isCompleted().hasOutput("done").hasSteps("outer");
    }

    @Test
    void aResultThatIsNoLongerOfTheTypeAskedForIsNamed() throws InterruptedException {
        Run<Object> run = finish(context -> switch (context.attempt()) {
            case 1 ->
                context.step("count", Map.class, () -> Map.of("a", 1, "secret", "xyz"))
                        .get("none")
                        .toString();
            case 2 -> context.step("count", Integer.class, () -> 7);
            default -> context.step("count", Map.class, () -> Map.of()).get("a");
        });
        assertThat(run).isCompleted().hasOutput(1).hasAttempts(3);
        assertThat(run.attempts().get(1).failure()).satisfies(failure -> {
            assertThat(failure.kind()).isEqualTo(FailureKind.ERROR);
            assertThat(failure.type()).isEqualTo(StepTypeException.class.getName());
            assertThat(failure.message())
                    .contains("'count'", "an object with ", "secret", "java.lang.Integer")
                    .doesNotContain("xyz");
        });
    }

    @Test
    void aResultThatCannotBeKeptFailsTheStep() throws InterruptedException {
        assertThat(finish(context -> context.step("broken", Json.class, () -> new Json("{not json"))))
                .isFailed()
                .hasFailure(FailureKind.ERROR, "The result of step 'broken' cannot be written as JSON");
        assertThat(finish(context -> context.step("large", String.class, () -> "x".repeat(999))))
                .hasFailure(FailureKind.ERROR, "The result of step 'large' has 1,001 bytes; at most 1,000 are kept");
        assertThat(finish(context -> context.step("one way", OneWay.class, () -> new OneWay() {})))
                .hasFailure(FailureKind.ERROR, "'one way'")
                .hasSteps();
        assertThat(finish(context -> context.step("just so", String.class, () -> "x".repeat(998))
                        .length()))
                .isCompleted()
                .hasOutput(998);
    }

    @Test
    void aNameMakesSense() throws InterruptedException {
        Run<Object> run = finish(context -> {
            for (String name : List.of("", " ", "x".repeat(257), "a\0b")) {
                assertThatThrownBy(() -> context.step(name, () -> {}))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("1 to 256");
            }
            context.step("x".repeat(256), () -> {});
            return "";
        });
        assertThat(run).isCompleted().hasSteps("x".repeat(256));
    }
}

package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Branch;
import dev.errand.LoopAnswer;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunNotFoundException;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.StepFailedException;
import dev.errand.StepNotFoundException;
import dev.errand.StepOptions;
import dev.errand.Task;
import dev.errand.Token;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Replays that begin at a step. */
class ReplayFromTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private interface Body {
        @Nullable
        Object run(RunContext run) throws Exception;
    }

    private final AtomicReference<Body> code = new AtomicReference<>(run -> null);
    private final List<String> calls = new CopyOnWriteArrayList<>();

    private final Task<String, String> child = Task.named("child", String.class, String.class)
            .retry(Retry.none())
            .run((payload, run) -> {
                calls.add("child " + payload);
                if (payload.equals("bad")) {
                    throw new IllegalArgumentException("no");
                }
                return payload;
            });

    private final Task<String, Object> task = Task.named("task", String.class, Object.class)
            .retry(Retry.none())
            .run((payload, run) -> code.get().run(run));

    @AutoClose
    private final TestErrand test = TestStore.open(settings -> settings.tasks(task, child));

    private String step(RunContext run, String name) throws InterruptedException {
        return run.step(name, String.class, () -> {
            calls.add(name);
            return name + " of " + calls.size();
        });
    }

    /** Brings a run to its end, and forgets what it has called. */
    private Run<Object> ended(Body body) throws InterruptedException {
        code.set(body);
        Run<Object> run = test.finish(test.errand().trigger(task, "payload"));
        assertThat(run).isCompleted();
        test.runUntilIdle();
        test.clock().advance(Duration.ofMillis(1));
        calls.clear();
        return run;
    }

    private Run<Object> replayed(Run<Object> run, String step) throws InterruptedException {
        Run<Object> replay = test.finish(run.replayFrom(step));
        assertThat(replay).isCompleted();
        return replay;
    }

    // ── steps

    @Test
    void whatIsBeforeTheStepIsKeptAndTheRestIsDoneAgain() throws InterruptedException {
        Run<Object> run = ended(context -> List.of(step(context, "a"), step(context, "b"), step(context, "c")));
        Run<Object> replay = replayed(run, "b");
        assertThat(calls).containsExactly("b", "c");
        assertThat(replay).hasOutput(List.of("a of 1", "b of 1", "c of 2")).hasSteps("a", "b", "c");
        assertThat(replay.info().replayOf()).isEqualTo(run.id());
        assertThat(replay.info().payload()).isEqualTo(run.info().payload());
        assertThat(replay.info().attempt()).isEqualTo(1);
        assertThat(replay.steps().getFirst()).isEqualTo(run.steps().getFirst());
        assertThat(run).as("the first").hasOutput(List.of("a of 1", "b of 2", "c of 3"));
        assertThat(replayed(replay, "c")).as("a replay of a replay").hasOutput(List.of("a of 1", "b of 1", "c of 3"));
    }

    @Test
    void ofOneNameTheFirstIsMeantUnlessItsNumberOrKeyIsGiven() throws InterruptedException {
        Run<Object> run = ended(context -> {
            for (String item : List.of("x", "y")) {
                step(context, "pack");
                context.step("send", StepOptions.none().key(item), () -> {
                    calls.add(item);
                });
            }
            return null;
        });
        replayed(run, "pack");
        assertThat(calls).containsExactly("pack", "x", "pack", "y");
        calls.clear();
        replayed(run, "pack#2");
        assertThat(calls).containsExactly("pack", "y");
        calls.clear();
        replayed(run, "y");
        assertThat(calls).containsExactly("y");
    }

    @Test
    void aStepAtMostOnceThatFailedHasFailedInTheReplayToo() throws InterruptedException {
        StepOptions once = StepOptions.none().atMostOnce();
        Run<Object> run = ended(context -> {
            try {
                context.step("pay", once, () -> {
                    calls.add("pay");
                    throw new IllegalStateException("on purpose");
                });
            } catch (IllegalStateException | StepFailedException e) {
                return step(context, "tell");
            }
            return null;
        });
        replayed(run, "tell");
        assertThat(calls).containsExactly("tell");
        calls.clear();
        replayed(run, "pay");
        assertThat(calls).containsExactly("pay", "tell");
    }

    @Test
    void triesOfAStepAreNotTakenOver() throws InterruptedException {
        StepOptions patient = StepOptions.none().retry(Retry.fixed(HOUR).attempts(3));
        Body body = context -> {
            context.step("busy", patient, () -> {
                calls.add("busy");
                if (calls.size() < 3) {
                    throw new IllegalStateException("on purpose");
                }
            });
            return step(context, "b");
        };
        Run<Object> run = ended(body);
        replayed(run, "busy");
        assertThat(calls).containsExactly("busy", "busy", "busy", "b");
        calls.clear();
        replayed(run, "b");
        assertThat(calls).containsExactly("b");
    }

    @Test
    void stableValuesAndMarksAreThoseOfTheFirst() throws InterruptedException {
        Run<Object> run = ended(context -> {
            String first = context.newId() + " " + context.now();
            step(context, "a");
            boolean old = context.changed("new");
            step(context, "b");
            return first + " " + old;
        });
        code.set(context -> {
            String first = context.newId() + " " + context.now();
            step(context, "a");
            boolean old = context.changed("new");
            boolean later = context.changed("later"); // the first had none, and this run has not passed it
            step(context, "b");
            return first + " " + (old && later);
        });
        test.clock().advance(HOUR);
        assertThat(replayed(run, "b")).hasOutput(run.await(Duration.ZERO));
    }

    // ── waits

    @Test
    void whatItHasWaitedForIsNotWaitedForAgain() throws InterruptedException {
        Run<Object> run = ended(context -> {
            context.sleep("pause", HOUR);
            String one = context.invoke(child, "one");
            boolean ok = context.invokeAll(child, List.of("bad")).getFirst().ok();
            context.trigger(child, "aside");
            Token<String> token = context.token("approval", String.class, HOUR);
            boolean inTime = context.await(token).ok();
            step(context, "a");
            return List.of(one, ok, inTime, context.invoke(child, "two"));
        });
        Instant before = test.clock().instant();
        Run<Object> replay = replayed(run, "a");
        assertThat(replay).hasOutput(List.of("one", false, false, "two"));
        assertThat(calls).containsExactly("a", "child two");
        assertThat(test.clock().instant()).as("nothing was slept for").isEqualTo(before);
        assertThat(test.errand().runs(RunQuery.all().parent(replay.id())).items())
                .hasSize(1);
    }

    @Test
    void fromChildrenOnOthersAreTriggered() throws InterruptedException {
        Run<Object> run = ended(context -> {
            step(context, "a");
            return context.invoke(child, "one");
        });
        replayed(run, "child");
        assertThat(calls).containsExactly("child one");
    }

    @Test
    void branchesThatWereDoneBeforeAreDone() throws InterruptedException {
        Run<Object> run = ended(context -> context.parallel(
                "both",
                List.of(
                        Branch.of("quick", String.class, () -> step(context, "q")),
                        Branch.of("slow", String.class, () -> {
                            step(context, "s1");
                            context.sleep("pause", HOUR);
                            return step(context, "s2");
                        }))));
        replayed(run, "s2");
        assertThat(calls).containsExactly("s2");
        calls.clear();
        replayed(run, "both.slow / s2");
        assertThat(calls).containsExactly("s2");
    }

    @Test
    void ofALoopItsLatestIterationIsKept() throws InterruptedException {
        Run<Object> run = ended(context -> {
            step(context, "before");
            context.loop("round", HOUR, iteration -> {
                step(context, "first");
                step(context, "second");
                calls.add("round " + iteration);
                return iteration < 2 ? LoopAnswer.again() : LoopAnswer.done();
            });
            test.clock().advance(Duration.ofMillis(1));
            return step(context, "after");
        });
        replayed(run, "after");
        assertThat(calls).containsExactly("round 2", "after");
        calls.clear();
        replayed(run, "second");
        assertThat(calls).containsExactly("second", "round 2", "after");
        calls.clear();
        replayed(run, "round");
        assertThat(calls)
                .containsExactly(
                        "first", "second", "round 0", "first", "second", "round 1", "first", "second", "round 2",
                        "after");
    }

    // ── where it is not to be had

    @Test
    void whoNamesNoStepThatIsKeptIsToldWhichAre() throws InterruptedException {
        Run<Object> run = ended(context -> {
            step(context, "a");
            return step(context, "b");
        });
        assertThatThrownBy(() -> run.replayFrom("c"))
                .isInstanceOf(StepNotFoundException.class)
                .hasMessageContaining("a step 'c'")
                .hasMessageContaining(run.id().toString())
                .hasMessageContaining("a, b");
        assertThatThrownBy(() -> run.replayFrom("a#2")).isInstanceOf(StepNotFoundException.class);
        Run<Object> stepless = ended(context -> null);
        assertThatThrownBy(() -> stepless.replayFrom("a"))
                .isInstanceOf(StepNotFoundException.class)
                .hasMessageContaining("nor is of any other");
        run.purge();
        assertThatThrownBy(() -> run.replayFrom("a")).isInstanceOf(RunNotFoundException.class);
        assertThat(test.errand().runs(RunQuery.all()).items()).hasSize(1);
    }

    @Test
    void aRunThatIsOnItsWayIsReplayedAsFarAsItHasCome() throws InterruptedException {
        List<String> seen = new CopyOnWriteArrayList<>();
        code.set(context -> {
            seen.add(step(context, "a"));
            step(context, "b");
            context.sleep("pause", HOUR);
            return null;
        });
        Run<Object> run = test.errand().trigger(task, "");
        test.until(run, RunState.WAITING);
        Run<Object> replay = run.replayFrom("b");
        test.finish(replay);
        assertThat(replay).isCompleted();
        assertThat(calls).containsExactly("a", "b", "b");
        assertThat(seen).containsOnly("a of 1");
    }
}

package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Branch;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunId;
import dev.errand.RunNotFoundException;
import dev.errand.RunResult;
import dev.errand.RunState;
import dev.errand.StepState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.TypeRef;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Bodies that wait in a condition until other runs, of whom nobody knew that they would be watched, have ended. */
class UntilRunTest extends Conditions {
    private static final Duration HOUR = Duration.ofHours(1);

    private final Task<String, String> payment = Task.named("payment", String.class, String.class)
            .retry(Retry.none())
            .run((payload, run) -> {
                run.sleep("bank", HOUR);
                if (payload.isEmpty()) {
                    throw new IllegalStateException("no money");
                }
                return payload;
            });

    private Run<String> pays(String amount) throws InterruptedException {
        test.errand().put(payment);
        Run<String> run = test.errand().trigger(payment, amount);
        test.until(run, RunState.WAITING);
        return run;
    }

    private Optional<String> paid(RunContext run, RunId other) {
        looks.incrementAndGet();
        return run.resultOf(other, String.class).map(end -> end.state() + " " + (end.ok() ? end.unwrap() : ""));
    }

    private Body untilPaid(RunId other) {
        return context -> context.until("paid", String.class, () -> paid(context, other));
    }

    // ── what wakes it

    @Test
    void aRunGoesOnWhenTheOneThatItLooksAtHasEnded() throws InterruptedException {
        Run<String> pays = pays("5");
        Run<Object> run = waiting(untilPaid(pays.id()));
        assertThat(test.errand().why(run.id()))
                .contains("waits for 'paid' to hold", "looks again when run " + pays.id() + " ends");
        assertThat(run.steps()).singleElement().satisfies(step -> {
            assertThat(step.state()).isEqualTo(StepState.WAITING);
            assertThat(step.result().text()).isEqualTo("[{\"run\":\"%s\"}]", pays.id());
        });
        assertThat(looks).hasValue(1);
        test.advance(HOUR.minusMillis(1));
        assertThat(looks).as("looks while nothing has happened").hasValue(1);
        assertThat(test.finish(run)).isCompleted().hasOutput("COMPLETED 5").hasSteps("paid");
        assertThat(looks).hasValue(2);
    }

    @Test
    void aHandleIsAsGoodToLookBy() throws InterruptedException {
        Run<String> pays = pays("5");
        Run<Object> run = waiting(context -> {
            context.until("paid", () -> {
                looks.incrementAndGet();
                return pays.isFinished();
            });
            return pays.state();
        });
        assertThat(test.errand().why(run.id())).contains("looks again when run " + pays.id() + " ends");
        test.advance(HOUR.minusMillis(1));
        assertThat(looks).as("looks while nothing has happened").hasValue(1);
        assertThat(test.finish(run)).isCompleted().hasOutput("COMPLETED");
        assertThat(looks).hasValue(2);
    }

    @Test
    void aHandleOfAnotherEngineIsRefused() throws InterruptedException {
        try (TestErrand elsewhere = TestStore.open(payment)) {
            Run<String> strange = elsewhere
                    .errand()
                    .trigger(payment, "5", TriggerOptions.none().after(HOUR));
            Run<Object> run =
                    test.finish(trigger(context -> refusal(() -> context.until("paid", () -> strange.isFinished()))));
            assertThat(run).isCompleted();
            assertThat(String.valueOf(run.info().output())).contains("values or runs of another engine");
        }
    }

    @Test
    void whatHasEndedAlreadyIsNotWaitedFor() throws InterruptedException {
        Run<String> pays = test.finish(pays("5"));
        assertThat(test.finish(trigger(untilPaid(pays.id())))).isCompleted().hasOutput("COMPLETED 5");
        assertThat(bodies).hasValue(1);
    }

    @Test
    void aRunGoesOnHoweverTheOneThatItLooksAtEnds() throws InterruptedException {
        Run<String> fails = pays("");
        assertThat(test.finish(waiting(untilPaid(fails.id())))).isCompleted().hasOutput("FAILED ");
        Run<String> cancels = pays("5");
        Run<Object> cancelled = waiting(untilPaid(cancels.id()));
        cancels.cancel("enough");
        assertThat(test.finish(cancelled)).isCompleted().hasOutput("CANCELED ");
        Run<String> delayed =
                test.errand().trigger(payment, "5", TriggerOptions.none().after(HOUR));
        Run<Object> neverStarted = waiting(untilPaid(delayed.id()));
        delayed.cancel("enough");
        assertThat(test.finish(neverStarted)).isCompleted().hasOutput("CANCELED ");
    }

    /** Of a run that is gone it is not known how it ended: so nobody is told that it has. */
    @Test
    void whoLooksAtARunThatIsDeletedMeanwhileIsToldThatThereIsNone() throws InterruptedException {
        Run<String> pays = pays("5");
        Run<Object> run = waiting(context -> {
            try {
                return untilPaid(pays.id()).run(context);
            } catch (RunNotFoundException e) {
                return "gone: " + e.run().equals(pays.id());
            }
        });
        pays.forcePurge();
        assertThat(test.finish(run)).isCompleted().hasOutput("gone: true");
    }

    /** Between the look and the wait, of which the store hears after it. */
    @Test
    void anEndWhileTheConditionLooksIsNotMissed() throws InterruptedException {
        Run<String> pays = pays("5");
        Run<Object> run = test.finish(trigger(context -> context.until("paid", String.class, () -> {
            Optional<String> seen = paid(context, pays.id());
            if (looks.get() == 1) {
                pays.cancel("meanwhile");
            }
            return seen;
        })));
        assertThat(run).isCompleted().hasOutput("CANCELED ").hasAttempts(1);
        assertThat(looks).hasValue(2);
        assertThat(bodies).as("it looked again without having waited").hasValue(1);
    }

    @Test
    void theFirstOfSeveralRunsAndValuesSuffices() throws InterruptedException {
        Run<String> one = pays("1");
        Run<String> other = pays("2");
        Body body = context -> context.until("any", String.class, () -> {
            Optional<String> first = paid(context, one.id());
            Optional<String> second = paid(context, other.id());
            return first.or(() -> second).or(() -> moreThanTen().map(String::valueOf));
        });
        Run<Object> byValue = waiting(body);
        assertThat(test.errand().why(byValue.id()))
                .contains("when value 'balance' changes or one of the runs " + one.id() + ", " + other.id() + " ends");
        balance.set(11);
        assertThat(test.finish(byValue)).isCompleted().hasOutput("11");
        balance.remove();
        Run<Object> byRun = waiting(body);
        other.cancel();
        assertThat(test.finish(byRun)).isCompleted().hasOutput("CANCELED ");
        assertThat(one).hasState(RunState.WAITING);
    }

    @Test
    void allRunsGoOnThatLookAtOne() throws InterruptedException {
        Run<String> pays = pays("5");
        List<Run<Object>> runs = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 20; i++) {
            runs.add(waiting(untilPaid(pays.id())));
        }
        pays.cancel();
        for (Run<Object> run : runs) {
            assertThat(test.finish(run)).isCompleted().hasOutput("CANCELED ");
        }
    }

    @Test
    void aBranchGoesOnWhileAnotherIsAtWork() throws InterruptedException {
        Run<String> pays = pays("5");
        CountDownLatch paid = new CountDownLatch(1);
        Run<Object> run = test.finish(trigger(context -> {
            context.parallel(
                    "both",
                    Branch.of("paid", () -> {
                        untilPaid(pays.id()).run(context);
                        paid.countDown();
                    }),
                    Branch.of("busy", () -> {
                        awaitWaiting(context.id());
                        pays.cancel();
                        assertThat(paid.await(60, TimeUnit.SECONDS)).isTrue();
                    }));
            return "both";
        }));
        assertThat(run).isCompleted().hasOutput("both");
        assertThat(bodies).hasValue(1);
    }

    /** Both look at one run: who begins to wait for its next end does not take from the other the one that has been. */
    @Test
    void aBranchHearsOfAnEndThatAnotherHasSeenAlready() throws InterruptedException {
        Run<String> pays = pays("5");
        Run<String> other = pays("6");
        CountDownLatch paid = new CountDownLatch(1);
        Run<Object> run = trigger(context -> {
            context.parallel(
                    "both",
                    Branch.of("paid", () -> {
                        untilPaid(pays.id()).run(context);
                        paid.countDown();
                    }),
                    Branch.of("later", () -> {
                        if (pays.info().endedAt() == null) {
                            awaitWaiting(context.id());
                            pays.cancel();
                        }
                        context.until("all", String.class, () -> {
                            context.infoOf(pays.id());
                            return paid(context, other.id());
                        });
                    }));
            return "both";
        });
        assertThat(paid.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(other).hasState(RunState.WAITING);
        other.cancel();
        assertThat(test.finish(run)).isCompleted().hasOutput("both");
    }

    private void awaitWaiting(RunId run) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (test.errand().run(run).steps().stream()
                .noneMatch(step -> step.name().equals("paid") && step.result() != null)) {
            assertThat(System.nanoTime()).as("it waits").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    /** Of one that is retried by hand, the next end is waited for. */
    @Test
    void aRunThatFailedBeforeIsWaitedForUntilItEndsAgain() throws InterruptedException {
        Run<String> pays = test.finish(pays(""));
        Run<Object> run = waiting(context -> {
            context.until(
                    "looked",
                    () -> paid(context, pays.id()).orElse("").startsWith("COMPLETED")
                            || (context.infoOf(pays.id()).attempt() > 1
                                    && context.infoOf(pays.id()).state().isTerminal()));
            return context.infoOf(pays.id()).attempt();
        });
        assertThat(run).hasState(RunState.WAITING);
        pays.forceRetry();
        assertThat(test.finish(run)).isCompleted().hasOutput(2);
    }

    // ── what is refused

    @Test
    void anOutputThatDoesNotFitIsToldAsSuch() throws InterruptedException {
        Run<String> pays = test.finish(pays("five"));
        Run<Object> run = test.finish(trigger(context -> refusal(() -> context.until(
                "paid",
                Integer.class,
                () -> context.resultOf(pays.id(), Integer.class).map(RunResult::unwrap)))));
        assertThat(run).isCompleted();
        assertThat(String.valueOf(run.info().output()))
                .contains("The stored output of task payment does not fit java.lang.Integer");
    }

    @Test
    void aRunThatIsNotThereIsNotWaitedFor() throws InterruptedException {
        RunId none = RunId.next();
        Run<Object> run =
                test.finish(trigger(context -> refusal(() -> untilPaid(none).run(context))));
        assertThat(run)
                .isCompleted()
                .hasOutput(
                        "dev.errand.RunNotFoundException: No run %s in this store; it may have been purged, or pruned after its retention"
                                .formatted(none));
    }

    @Test
    void aRunDoesNotWaitForItself() throws InterruptedException {
        Run<Object> run = test.finish(
                trigger(context -> refusal(() -> untilPaid(context.id()).run(context))));
        assertThat(run).isCompleted();
        assertThat(String.valueOf(run.info().output())).contains("looks at itself");
        Run<Object> byHandle = test.finish(trigger(context -> refusal(() ->
                context.until("over", () -> test.errand().run(context.id()).isFinished()))));
        assertThat(String.valueOf(byHandle.info().output())).contains("looks at itself");
    }

    // ── what is read

    @Test
    void aBodyLooksAtRunsOutsideOfConditionsAsWell() throws InterruptedException {
        Run<String> pays = test.finish(pays("5"));
        AtomicReference<RunResult<String>> result = new AtomicReference<>();
        Run<Object> run = test.finish(trigger(context -> {
            result.set(context.resultOf(pays.id(), new TypeRef<String>() {}).orElseThrow());
            return context.infoOf(pays.id()).task()
                    + context.resultOf(pays.id(), String.class).isPresent();
        }));
        assertThat(run).isCompleted().hasOutput("paymenttrue");
        assertThat(result.get().unwrap()).isEqualTo("5");
    }
}

package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.FailureKind;
import dev.errand.LogLine;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskAction;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever a body does, its run tells of it and the engine lives. */
@Tag(TestStore.ONCE)
class HostileBodyTest {
    private final Task<String, String> healthy =
            Task.named("healthy", String.class, String.class).run((payload, run) -> payload);

    @AutoClose
    private final TestErrand test =
            TestStore.open(settings -> settings.tasks(healthy).concurrency(2));

    @AfterEach
    void theEngineLives() throws InterruptedException {
        for (int i = 0; i < 4; i++) { // more often than there are slots: none was lost
            assertThat(test.errand().trigger(healthy, "yes").await(SOON)).isEqualTo("yes");
        }
    }

    private Run<?> run(TaskAction<String> body) throws InterruptedException {
        Task<String, ?> task =
                Task.named("hostile", String.class).retry(Retry.none()).run(body);
        test.errand().put(task);
        return assertThatItEnds(test.errand().trigger(task, ""));
    }

    private static Run<?> assertThatItEnds(Run<?> run) throws InterruptedException {
        assertThat(run).endsWithin(SOON);
        return run;
    }

    @Test
    void anErrorFailsTheRun() throws InterruptedException {
        Run<?> run = run((payload, context) -> {
            throw new LinkageError("boom");
        });
        assertThat(run).hasState(RunState.FAILED).hasFailure(LinkageError.class).hasFailureMessage("boom");
        Run<?> memory = run((payload, context) -> {
            throw new OutOfMemoryError("thrown by a test");
        });
        assertThat(memory).hasState(RunState.FAILED).hasFailure(OutOfMemoryError.class);
    }

    @Test
    void anOverflownStackFailsTheRun() throws InterruptedException {
        Run<?> run = run((payload, context) -> recurse(1));
        assertThat(run).hasState(RunState.FAILED).hasFailure(StackOverflowError.class);
        assertThat(run.attempts().getFirst().failure())
                .satisfies(failure ->
                        assertThat(failure.stack()).hasSizeLessThan(65_000).contains("recurse"));
    }

    private static int recurse(int depth) {
        return depth == Integer.MAX_VALUE ? 0 : recurse(depth + 1) + 1;
    }

    @Test
    void anErrorThatCannotEvenBePrintedFailsTheRun() throws InterruptedException {
        class Unprintable extends RuntimeException {
            @Override
            public String getMessage() {
                throw new IllegalStateException("no message");
            }
        }
        Run<?> run = run((payload, context) -> {
            throw new Unprintable();
        });
        assertThat(run).hasState(RunState.FAILED).hasFailure(Unprintable.class);
    }

    @Test
    void anInterruptOfItsOwnIsAnErrorLikeAnyOther() throws InterruptedException {
        Run<?> run = run((payload, context) -> {
            Thread.currentThread().interrupt();
            new CountDownLatch(1).await();
        });
        assertThat(run).hasState(RunState.FAILED).hasFailure(InterruptedException.class);
        Run<?> leaves = run((payload, context) -> Thread.currentThread().interrupt());
        assertThat(leaves).isCompleted();
    }

    @Test
    void aLogFarBeyondItsCapCostsNeitherMemoryNorTheRun() throws InterruptedException {
        String line = "x".repeat(10_000);
        Run<?> run = run((payload, context) -> {
            for (int i = 0; i < 100_000; i++) { // 1 GB
                context.log().info(line);
            }
            context.emit("survived");
        });
        assertThat(run).isCompleted().hasEmitted("survived").hasLogged("The log is full");
        List<LogLine> log = run.log();
        assertThat(log.stream().mapToLong(each -> each.message().length()).sum())
                .isLessThan(1_100_000);
    }

    @Test
    void aSingleLineThatIsTooLongIsCut() throws InterruptedException {
        Run<?> run = run((payload, context) -> context.log().info("x".repeat(5_000_000)));
        assertThat(run.log())
                .singleElement()
                .satisfies(line -> assertThat(line.message()).hasSizeLessThan(20_000));
    }

    @Test
    void aChainOfRunsThatTriggerTheNextComesToItsEnd() throws InterruptedException {
        int runs = Integer.getInteger("errand.kills", 5) >= 100 ? 2_000 : 500;
        AtomicInteger reached = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(1);
        AtomicReference<Task<Integer, ?>> self = new AtomicReference<>();
        Task<Integer, ?> chain = Task.named("chain", Integer.class).run((left, run) -> {
            reached.incrementAndGet();
            if (left > 0) {
                run.trigger(self.get(), left - 1);
            } else {
                done.countDown();
            }
        });
        self.set(chain);
        test.errand().add(chain);
        test.errand().trigger(chain, runs - 1);
        assertThat(done.await(2, TimeUnit.MINUTES)) // two commits for each, one after another
                .as("it comes to its end")
                .isTrue();
        assertThat(reached).hasValue(runs);
    }

    @Test
    void aFanOutFromOneBodyIsRunWhole() throws InterruptedException {
        Run<?> run = run((payload, context) -> IntStream.range(0, 500).forEach(i -> context.trigger(healthy, "" + i)));
        assertThat(run).isCompleted();
        test.runUntilIdle();
        assertThat(test.errand()
                        .runs(RunQuery.all()
                                .tasks("healthy")
                                .states(RunState.COMPLETED)
                                .limit(1000))
                        .items())
                .hasSize(500);
    }

    @Test
    void aContextUsedAfterItsBodyEndedChangesNothing() throws InterruptedException {
        AtomicReference<RunContext> leaked = new AtomicReference<>();
        Run<?> run = run((payload, context) -> {
            context.log().info("inside");
            leaked.set(context);
        });
        leaked.get().log().info("outside");
        leaked.get().emit("late");
        leaked.get().progress(1, 2);
        leaked.get().metadata().set("late", true);
        leaked.get().raise("late", null);
        test.run(healthy, "x");
        assertThat(run).isCompleted().hasEmitted();
        assertThat(run.log()).extracting(LogLine::message).containsExactly("inside");
        assertThat(run.info().metadata()).isEmpty();
    }

    @Test
    void aContextIsUsedByThreadsTheBodyStarts() throws InterruptedException {
        Run<?> run = run((payload, context) -> {
            List<Thread> threads = IntStream.range(0, 8)
                    .mapToObj(i -> Thread.startVirtualThread(() -> {
                        for (int n = 0; n < 100; n++) {
                            context.log().info("line");
                            context.emit(n);
                            context.metadata().increment("count", 1);
                        }
                    }))
                    .toList();
            for (Thread thread : threads) {
                thread.join();
            }
        });
        assertThat(run).isCompleted().hasMetadata("count", 800);
        assertThat(run.emitted()).hasSize(800);
        assertThat(run.log()).hasSize(800);
    }

    @Test
    void bodiesThatSpinOnEveryCarrierStopNeitherTimeoutsNorPlatformThreads() throws InterruptedException {
        int many = 4 * Runtime.getRuntime().availableProcessors();
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch spinning = new CountDownLatch(Runtime.getRuntime().availableProcessors());
        Task<String, ?> spins = Task.named("spins", String.class).run((payload, run) -> {
            spinning.countDown();
            while (!stop.get() && !run.isCancelled()) {
                Thread.onSpinWait();
            }
        });
        Task<String, String> platform = Task.named("platform", String.class, String.class)
                .platformThread()
                .run((payload, run) -> payload + Thread.currentThread().isVirtual());
        test.errand().concurrency(many + 1);
        test.errand().add(spins);
        test.errand().add(platform);
        try {
            Run<?> limited =
                    test.errand().trigger(spins, "", TriggerOptions.none().timeout(Duration.ofMinutes(1)));
            for (int i = 1; i < many; i++) {
                test.errand().trigger(spins, "");
            }
            Soon.await(spinning);
            assertThat(test.errand().trigger(platform, "virtual: ").await(SOON)).isEqualTo("virtual: false");
            test.clock().advance(Duration.ofMinutes(1));
            assertThat(limited).endsWithin(SOON);
            assertThat(limited.state()).isIn(RunState.TIMED_OUT, RunState.EXPIRED);
        } finally {
            stop.set(true);
        }
        test.runUntilIdle();
    }

    record Big(BigInteger number) {}

    @Test
    void aPayloadThatCanBeWrittenButNotReadFailsItsRunForGood() throws InterruptedException {
        Task<Big, ?> task =
                Task.named("big", Big.class).arguments(Map.of("unit", "m")).run((payload, run) -> {});
        test.errand().add(task);
        Run<?> run = test.errand().trigger(task, new Big(BigInteger.TEN.pow(5_000)));
        assertThat(run).endsWithin(SOON).hasFailure(FailureKind.PAYLOAD).hasAttempts(1);
    }
}

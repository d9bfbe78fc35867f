package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.StoreException;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShutdownTest {
    private final SettableClock clock = new SettableClock();
    private final Gate gate = new Gate();
    private final AtomicInteger bodies = new AtomicInteger();
    private final Task<String, String> blocks = Task.named("blocks", String.class, String.class)
            .run((payload, run) -> {
                bodies.incrementAndGet();
                gate.pass();
                return payload + " at attempt " + run.attempt();
            });

    @TempDir
    private Path folder;

    private String url;

    @BeforeEach
    void emptyStore() {
        url = TestStore.url(folder);
    }

    private TestErrand open(Duration drain) {
        return TestErrand.open(
                clock,
                settings -> settings.store(url).tasks(blocks).concurrency(2).drain(drain));
    }

    @Test
    void anInterruptedBodySpendsNoAttempt() throws InterruptedException { // case 99
        RunId id;
        try (TestErrand test = open(Duration.ZERO)) {
            Run<String> run = test.errand().trigger(blocks, "x");
            gate.awaitArrivals(1);
            test.until(run, RunState.EXECUTING);
            id = run.id();
        }
        gate.awaitInterrupt();
        gate.open();
        try (TestErrand test = open(Duration.ZERO)) {
            Run<String> run = test.errand().run(id, blocks);
            assertThat(run).endsWithin(SOON).hasOutput("x at attempt 1").hasAttempts(1);
            assertThat(run.info().redeliveries()).isZero();
        }
        assertThat(bodies).hasValue(2);
    }

    @Test
    void bodiesMayEndWithinTheDrain() throws InterruptedException {
        RunId id;
        TestErrand test = open(SOON);
        Run<String> run = test.errand().trigger(blocks, "x");
        id = run.id();
        gate.awaitArrivals(1);
        Run<String> second = test.errand().trigger(blocks, "y");
        gate.awaitArrivals(1);
        Run<String> queued = test.errand().trigger(blocks, "z");
        Thread closing = Thread.ofPlatform().start(test::close);
        Soon.await("it drains", () -> closing.getState() == Thread.State.TIMED_WAITING);
        gate.open();
        assertThat(closing.join(SOON)).isTrue();
        assertThat(gate.arrived()).as("nothing starts once it closes").isEqualTo(2);
        try (TestErrand again = open(Duration.ZERO)) {
            assertThat(again.errand().run(id, blocks)).hasOutput("x at attempt 1");
            assertThat(again.errand().run(second.id(), blocks)).isCompleted();
            assertThat(again.errand().run(queued.id(), blocks)).endsWithin(SOON).isCompleted();
        }
    }

    @Test
    void aBodyThatIgnoresEvenThatIsLeftBehindAndItsRunGoesBack() throws InterruptedException {
        Gate stubborn = new Gate();
        Task<String, String> deaf = Task.named("deaf", String.class, String.class)
                .run((payload, run) -> {
                    stubborn.passStubbornly();
                    return payload;
                });
        RunId id;
        try (TestErrand test = open(Duration.ZERO)) {
            test.errand().add(deaf);
            id = test.errand().trigger(deaf, "x").id();
            stubborn.awaitArrivals(1);
        }
        try (TestErrand test = open(Duration.ZERO)) {
            assertThat(test.errand().run(id)).hasState(RunState.QUEUED).hasAttempts(0);
            stubborn.open(); // the first body returns: nobody writes that
            test.errand().add(deaf.withBody((payload, run) -> "again"));
            assertThat(test.errand().run(id, deaf))
                    .endsWithin(SOON)
                    .hasOutput("again")
                    .hasAttempts(1);
        }
    }

    @Test
    void aDelayGoesOnWhileNobodyWorks() throws InterruptedException { // case 83
        gate.open();
        RunId id;
        try (TestErrand test = open(Duration.ZERO)) {
            id = test.errand()
                    .trigger(blocks, "d", TriggerOptions.none().after(Duration.ofSeconds(3)))
                    .id();
            test.advance(Duration.ofSeconds(1));
        }
        clock.advance(Duration.ofSeconds(1));
        try (TestErrand test = open(Duration.ZERO)) {
            test.advance(Duration.ofMillis(999));
            assertThat(test.errand().run(id)).hasState(RunState.DELAYED);
            test.advance(Duration.ofMillis(1));
            assertThat(test.errand().run(id, blocks)).isCompleted().hasAttempts(1);
        }
        assertThat(bodies).hasValue(1);
    }

    @Test
    void anotherVersionGoesOnWithTheStepsOfTheOneBefore() throws InterruptedException { // case 112
        RunId id;
        Task<String, String> first = Task.named("versioned", String.class, String.class)
                .retry(Retry.fixed(Duration.ofMinutes(1)))
                .run((payload, run) -> {
                    run.step("made", String.class, () -> "by version 1");
                    throw new IllegalStateException("a bug");
                });
        try (TestErrand test = open(Duration.ZERO)) {
            test.errand().add(first);
            Run<String> run = test.errand().trigger(first, "");
            test.until(run, RunState.RETRYING);
            id = run.id();
        }
        Task<String, String> second = Task.named("versioned", String.class, String.class)
                .run((payload, run) -> "version 2 goes on with what is made "
                        + run.step("made", String.class, () -> "by version 2") + " in attempt " + run.attempt());
        try (TestErrand test = open(Duration.ZERO)) {
            test.errand().add(second);
            assertThat(test.finish(test.errand().run(id, second)))
                    .isCompleted()
                    .hasOutput("version 2 goes on with what is made by version 1 in attempt 2");
        }
    }

    @Test
    void whatWaitsSurvives() throws InterruptedException { // cases 85, 98
        List<Run<String>> queued;
        Run<String> delayed;
        Run<String> canceled;
        try (TestErrand test = open(Duration.ZERO)) {
            queued = test.errand()
                    .triggerAll(
                            blocks,
                            IntStream.range(0, 50).mapToObj(i -> "q" + i).toList());
            delayed = test.errand().trigger(blocks, "d", TriggerOptions.none().after(Duration.ofSeconds(3)));
            canceled = test.errand().trigger(blocks, "c", TriggerOptions.none().after(Duration.ofSeconds(3)));
            canceled.cancel();
        }
        clock.advance(Duration.ofSeconds(10));
        gate.open();
        try (TestErrand test = open(Duration.ZERO)) {
            test.runUntilIdle();
            for (Run<String> run : queued) {
                assertThat(test.errand().run(run.id())).isCompleted().hasAttempts(1);
            }
            assertThat(test.errand().run(delayed.id(), blocks)).hasOutput("d at attempt 1");
            assertThat(test.errand().run(canceled.id())).hasState(RunState.CANCELED);
        }
    }

    @Test
    void whatEndedIsAnsweredHoweverMuchHappenedSince() throws InterruptedException { // case 82
        gate.open();
        RunId first;
        try (TestErrand test = open(Duration.ZERO)) {
            first = test.finish(test.errand().trigger(blocks, "first")).id();
            List<String> others = IntStream.range(0, 300).mapToObj(i -> "x" + i).toList();
            test.errand().triggerAll(blocks, others);
            test.runUntilIdle();
        }
        try (TestErrand test = open(Duration.ZERO)) {
            assertThat(test.errand().run(first, blocks).await(Duration.ZERO)).isEqualTo("first at attempt 1");
        }
    }

    @Test
    void aChainThatTriggersItselfMakesUpForOneDayHoweverManyItMissed() throws InterruptedException { // case 114
        AtomicReference<Task<String, ?>> self = new AtomicReference<>();
        List<Instant> days = new CopyOnWriteArrayList<>();
        Task<String, ?> daily = Task.named("daily", String.class).run((payload, run) -> {
            Instant today = run.now().truncatedTo(ChronoUnit.DAYS);
            days.add(today);
            TriggerOptions tomorrow = TriggerOptions.none().at(today.plus(Duration.ofDays(1)));
            run.trigger(self.get(), "", tomorrow);
        });
        self.set(daily);
        Instant begin = clock.instant().truncatedTo(ChronoUnit.DAYS);
        try (TestErrand test = open(Duration.ZERO)) {
            test.errand().add(daily);
            test.errand().trigger(daily, "");
            test.runUntilIdle();
        }
        clock.set(begin.plus(Duration.ofHours(3 * 24 + 9)));
        try (TestErrand test = open(Duration.ZERO)) {
            test.errand().add(daily);
            test.runUntilIdle();
            assertThat(days).containsExactly(begin, begin.plus(Duration.ofDays(3)));
            test.advance(Duration.ofHours(15));
            assertThat(days).last().isEqualTo(begin.plus(Duration.ofDays(4)));
            assertThat(days).hasSize(3);
        }
    }

    @Test
    void closingTwiceIsHarmlessAndWhatFollowsSaysThatItIsClosed() {
        TestErrand test = open(Duration.ZERO);
        test.errand().close();
        test.errand().close();
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> test.errand().trigger(blocks, "x"))
                .withMessageContaining("closed");
        test.close();
    }

    @Test
    void whoeverWaitsWhileTheEngineClosesIsTold() throws InterruptedException {
        TestErrand test = open(Duration.ZERO);
        Run<String> run = test.errand().trigger(blocks, "x");
        gate.awaitArrivals(1);
        CompletableFuture<String> future = run.future().toCompletableFuture();
        CompletableFuture<Object> waiter = CompletableFuture.supplyAsync(() -> {
            try {
                return run.await(Duration.ofHours(1));
            } catch (InterruptedException | RuntimeException e) {
                return e;
            }
        });
        test.close();
        assertThat(waiter).succeedsWithin(SOON).isInstanceOf(RuntimeException.class);
        assertThat(future).failsWithin(SOON);
    }
}

package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.CancelAnswer;
import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.TimeoutFrom;
import dev.errand.TriggerOptions;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies that take no heed of their run's end: what they have of a limit stays taken until they, or their node, have ended. */
class LingeringTest {
    private static final TaskQueue ONE = TaskQueue.named("one").concurrency(1);

    private final Gate gate = new Gate();
    private final Gate nextGate = new Gate();
    private final SettableClock clock = new SettableClock();
    private final Task<String, String> deaf = Task.named("deaf", String.class, String.class)
            .queue(ONE)
            .retry(Retry.none())
            .run((payload, run) -> {
                gate.passStubbornly();
                return "too late";
            });
    private final Task<String, String> next = Task.named("in-turn", String.class, String.class)
            .queue(ONE)
            .run((payload, run) -> {
                nextGate.pass();
                return payload;
            });
    private final Task<String, String> free =
            Task.named("free", String.class, String.class).run((payload, run) -> payload);

    @TempDir
    private Path folder;

    private String url;

    @BeforeEach
    void emptyStore() {
        url = TestStore.url(folder);
    }

    private TestErrand engine(Task<?, ?>... tasks) {
        return TestErrand.open(
                clock, settings -> settings.store(url).queues(ONE).tasks(tasks));
    }

    private static TriggerOptions timeout(int seconds) {
        return TriggerOptions.none().timeout(Duration.ofSeconds(seconds), TimeoutFrom.START);
    }

    private Run<String> executing(TestErrand test, TriggerOptions options) throws InterruptedException {
        Run<String> run = test.errand().trigger(deaf, "x", options);
        gate.awaitArrivals(1);
        test.until(run, RunState.EXECUTING);
        return run;
    }

    /** What may start has started, since what came later has. */
    private void assertWaits(TestErrand test, Run<?> waiting) throws InterruptedException {
        assertThat(test.errand().trigger(free, "later").await(SOON)).isEqualTo("later");
        assertThat(waiting).hasState(RunState.QUEUED);
        assertThat(nextGate.arrived()).isZero();
    }

    private static int lingering(Errand errand) {
        return errand.queues().get("one").lingering();
    }

    @Test
    void theNextRunStartsOnceABodyThatIgnoresItsTimeoutHasEnded() throws InterruptedException {
        try (TestErrand test = engine(deaf, next, free)) {
            Run<String> run = executing(test, timeout(5));
            Run<String> waiting = test.errand().trigger(next, "in turn");
            clock.advance(Duration.ofSeconds(5));
            assertThat(run).endsWithin(SOON).hasState(RunState.TIMED_OUT);
            assertWaits(test, waiting);
            assertThat(lingering(test.errand())).isEqualTo(1);
            assertThat(run.info().lingering()).isTrue();
            assertThat(test.errand().why(waiting.id())).contains("1 of 1 permits taken", "1 that have timed out");
            gate.open();
            nextGate.awaitArrivals(1);
            nextGate.open();
            assertThat(waiting.await(SOON)).isEqualTo("in turn");
            assertThat(run).hasState(RunState.TIMED_OUT);
            assertThat(run.info().lingering()).isFalse();
            assertThat(lingering(test.errand())).isZero();
        }
    }

    @Test
    void theNextRunStartsOnceABodyThatIgnoresACancelHasEnded() throws InterruptedException {
        try (TestErrand test = engine(deaf, next, free)) {
            Run<String> run = executing(test, TriggerOptions.none());
            Run<String> waiting = test.errand().trigger(next, "in turn");
            assertThat(run.cancel()).isEqualTo(CancelAnswer.OK);
            assertWaits(test, waiting);
            assertThat(lingering(test.errand())).isZero(); // within its grace it executes
            Soon.await("the grace ends", () -> {
                clock.advance(Duration.ofSeconds(30)); // it begins when the node hears of the cancel
                return run.isFinished();
            });
            assertThat(run).hasState(RunState.CANCELED);
            assertWaits(test, waiting);
            assertThat(lingering(test.errand())).isEqualTo(1);
            gate.open();
            nextGate.open();
            assertThat(waiting.await(SOON)).isEqualTo("in turn");
            assertThat(lingering(test.errand())).isZero();
        }
    }

    @Test
    void aNodeThatClosesWaitsForABodyThatLingers() throws InterruptedException {
        try (TestErrand other = engine(next, free)) {
            TestErrand test = TestErrand.open(
                    clock,
                    settings -> settings.store(url).queues(ONE).tasks(deaf).drain(SOON));
            executing(test, timeout(5));
            Run<String> waiting = other.errand().trigger(next, "in turn");
            clock.advance(Duration.ofSeconds(5));
            Soon.await("it lingers", () -> lingering(other.errand()) == 1);
            Thread closing = Thread.ofPlatform().start(test::close);
            assertWaits(other, waiting);
            gate.open();
            nextGate.open();
            assertThat(waiting.await(SOON)).isEqualTo("in turn");
            assertThat(closing.join(SOON)).isTrue();
            assertThat(lingering(other.errand())).isZero();
        }
    }

    // ── another process, by real clocks

    private static void lingering(StalledProcess process, Errand errand) throws InterruptedException {
        Run<Json> run = errand.trigger(StalledProcess.TASK, "x", timeout(1).queue("one"));
        process.await("at it");
        Soon.await("it lingers", () -> lingering(errand) == 1);
        assertThat(run.state()).isEqualTo(RunState.TIMED_OUT);
    }

    @Test
    void aNodeThatWakesUpTooLateFreesNobodyElsesSlotAndOneThatIsKilledItsOwn() throws Exception {
        try (StalledProcess process = new StalledProcess(url);
                Errand errand = Errand.builder()
                        .store(url)
                        .queues(ONE)
                        .tasks(deaf, next, free)
                        .open()) {
            // a node that is taken for dead
            lingering(process, errand);
            process.standStill();
            TestStore.takeAwayLease(folder, url, process.pid());
            Run<String> second = errand.trigger(deaf, "x", timeout(1));
            gate.awaitArrivals(1);
            Soon.await("nobody but it lingers", () -> second.isFinished() && lingering(errand) == 1);
            Run<String> third = errand.trigger(next, "in turn");
            // when
            process.letReturn();
            process.goOn();
            errand.trigger(StalledProcess.NEXT, "its body has ended").await(SOON);
            // then
            assertThat(lingering(errand)).isEqualTo(1);
            assertThat(third.state()).isEqualTo(RunState.QUEUED);
            gate.open();
            nextGate.open();
            assertThat(third.await(SOON)).isEqualTo("in turn");
            // a node that dies
            lingering(process, errand);
            Run<String> last = errand.trigger(next, "after all");
            assertThat(errand.trigger(free, "later").await(SOON)).isEqualTo("later");
            assertThat(last.state()).isEqualTo(RunState.QUEUED);
            process.kill();
            assertThat(last.await(SOON)).isEqualTo("after all");
            assertThat(lingering(errand)).isZero();
        }
    }
}

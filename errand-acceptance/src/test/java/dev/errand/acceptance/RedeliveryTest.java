package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.RetryAnswer;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, really killed or made to stand still. */
@Tag(TestStore.ONCE)
class RedeliveryTest {
    @TempDir
    private Path folder;

    private Path journal;
    private String url;

    @BeforeEach
    void files() {
        journal = folder.resolve("bodies.txt");
        url = TestStore.url(folder);
    }

    private DoomedProcess start(boolean suicide, int redeliveries) throws IOException {
        return new DoomedProcess(url, journal, suicide, redeliveries);
    }

    @Test
    void aRunOfAKilledProcessIsAttemptedByAnotherThatLives() throws Exception { // case 100
        Task<String, String> saves = Task.named(DoomedProcess.TASK, String.class, String.class)
                .run((payload, run) -> "saved at attempt " + run.attempt());
        try (DoomedProcess process = start(false, 5);
                Errand errand = Errand.builder().store(url).concurrency(1).open()) {
            Run<Json> run = errand.trigger(DoomedProcess.TASK, "x");
            Soon.await("the other process is at it", () -> run.state() == RunState.EXECUTING);
            errand.add(saves);
            process.kill();
            assertThat(run.await(SOON)).isEqualTo(new Json("\"saved at attempt 1\""));
            assertThat(run).hasAttempts(1);
            assertThat(run.info().redeliveries()).isEqualTo(1);
            assertThat(DoomedProcess.bodies(journal)).isEqualTo(1);
            assertThat(errand.nodes()).singleElement().matches(node -> node.self());
        }
    }

    @Test
    void theLateResultOfAProcessThatStoodStillBeyondItsLeaseIsRefused() throws Exception { // case 173
        Gate gate = new Gate();
        Task<String, String> takesOver = Task.named(StalledProcess.TASK, String.class, String.class)
                .run((payload, run) -> {
                    gate.pass();
                    return "in time";
                });
        try (StalledProcess stalls = new StalledProcess(url);
                Errand watches = Errand.builder().store(url).concurrency(0).open()) {
            // given
            Run<Json> run = watches.trigger(StalledProcess.TASK, "x");
            stalls.await("at it");
            Soon.await("its start is recorded", () -> run.state() == RunState.EXECUTING);
            stalls.standStill();
            TestStore.takeAwayLease(folder, url, stalls.pid());
            try (Errand errand =
                    Errand.builder().store(url).tasks(takesOver).concurrency(1).open()) {
                gate.awaitArrivals(1);
                // when
                stalls.letReturn();
                stalls.goOn();
                // then
                Run<Json> next = errand.trigger(StalledProcess.NEXT, "next");
                assertThat(next.await(SOON)).as("recorded after it").isEqualTo(new Json("\"next\""));
                assertThat(run.info().output()).isNull();
                assertThat(run.isFinished()).isFalse();
                gate.open();
                assertThat(run.await(SOON)).isEqualTo(new Json("\"in time\""));
                assertThat(run).hasAttempts(1);
                assertThat(run.info().redeliveries()).isEqualTo(1);
            }
        }
    }

    @Test
    void aRunThatKillsItsProcessAgainAndAgainEndsCrashed() throws Exception {
        Run<Json> poison;
        Run<Json> healthy;
        try (Errand errand = Errand.builder().store(url).concurrency(0).open()) {
            try (DoomedProcess declares = start(true, 1)) {
                poison = errand.trigger(DoomedProcess.TASK, "x");
                healthy = errand.trigger("healthy", "fine");
                Soon.await("it dies", () -> !declares.isAlive());
            }
            restartUntilItEnds(poison, 1);
            assertThat(poison).hasState(RunState.CRASHED).hasReason("died with it 2 times");
            assertThat(DoomedProcess.bodies(journal)).isBetween(2, 3); // the first start may not have been recorded
            try (DoomedProcess lives = start(true, 1)) {
                assertThat(healthy.await(SOON)).isEqualTo(new Json("\"fine\""));
                assertThat(lives.isAlive()).isTrue();
            }
            assertThat(poison.retry()).isEqualTo(RetryAnswer.NOT_FAILED);
            assertThat(poison.forceRetry()).isEqualTo(RetryAnswer.RETRIED);
            assertThat(poison).hasState(RunState.QUEUED);
        }
    }

    @Test
    void aBodyThatMustNotRepeatIsCalledOnce() throws Exception {
        try (Errand errand = Errand.builder().store(url).concurrency(0).open()) {
            Run<Json> run = triggerAndDie(errand);
            BlockingQueue<Event> ends = new LinkedBlockingQueue<>();
            errand.on(EventFilter.of(run.id()), event -> {
                if (event.isEnd()) {
                    ends.add(event);
                }
            });
            restartUntilItEnds(run, 0);
            assertThat(run).hasState(RunState.CRASHED).hasReason("died with it 1 times");
            assertThat(Soon.next(ends).to()).isEqualTo(RunState.CRASHED);
            assertThat(DoomedProcess.bodies(journal)).isEqualTo(1);
        }
    }

    private Run<Json> triggerAndDie(Errand errand) throws Exception {
        try (DoomedProcess process = start(true, 0)) {
            Run<Json> run = errand.trigger(DoomedProcess.TASK, "x");
            Soon.await("it dies", () -> !process.isAlive());
            return run;
        }
    }

    private void restartUntilItEnds(Run<Json> run, int redeliveries) throws Exception {
        for (int i = 0; i < 5 && !run.isFinished(); i++) {
            try (DoomedProcess process = start(true, redeliveries)) {
                Soon.await("it dies, or the run ends", () -> !process.isAlive() || run.isFinished());
            }
        }
    }
}

package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.CancelAnswer;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Runs that end without any hook being called are announced all the same. {@code RedeliveryTest} has those that crash. */
class LifecycleEventTest {
    private final List<String> hooks = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Event> ends = new LinkedBlockingQueue<>();
    private final Gate gate = new Gate();
    private final Task<String, String> task = Task.named("task", String.class, String.class)
            .hooks(new Traced("", hooks))
            .run((payload, run) -> payload);
    private final Task<String, String> blocks = Task.named("blocks", String.class, String.class)
            .run((payload, run) -> {
                gate.pass();
                return payload;
            });
    private final Task<String, String> fails = Task.named("fails", String.class, String.class)
            .retry(Retry.fixed(Duration.ofHours(1)))
            .run((payload, run) -> {
                throw new IllegalStateException("boom");
            });

    @AutoClose
    private final TestErrand test =
            TestStore.open(settings -> settings.tasks(task, blocks, fails).concurrency(1));

    private void listen() {
        test.errand().on(EventFilter.named(Event.STATE), event -> {
            if (event.isEnd()) {
                ends.add(event);
            }
        });
    }

    private void occupyTheSlot() throws InterruptedException {
        test.errand().trigger(blocks, "x");
        gate.awaitArrivals(1);
    }

    private void announced(Run<?> run, RunState from, RunState to) throws InterruptedException {
        Event end = Soon.next(ends);
        assertThat(end.run()).isEqualTo(run.id());
        assertThat(end.from()).isEqualTo(from);
        assertThat(end.to()).isEqualTo(to);
        assertThat(run).hasState(to);
        assertThat(hooks).isEmpty();
    }

    @Test
    void aRunThatIsCancelledInTheQueueIsAnnounced() throws InterruptedException {
        listen();
        occupyTheSlot();
        Run<String> run = test.errand().trigger(task, "x");
        assertThat(run.cancel()).isEqualTo(CancelAnswer.OK);
        announced(run, RunState.QUEUED, RunState.CANCELED);
    }

    @Test
    void aRunThatIsCancelledBeforeItIsDueIsAnnounced() throws InterruptedException {
        listen();
        Run<String> run = test.errand().trigger(task, "x", TriggerOptions.none().after(Duration.ofHours(1)));
        assertThat(run.cancel()).isEqualTo(CancelAnswer.OK);
        announced(run, RunState.DELAYED, RunState.CANCELED);
    }

    @Test
    void aRunThatIsCancelledBetweenAttemptsIsAnnounced() throws InterruptedException {
        listen();
        Run<String> run = test.errand().trigger(fails, "x");
        test.until(run, RunState.RETRYING);
        assertThat(run.cancel()).isEqualTo(CancelAnswer.OK);
        announced(run, RunState.RETRYING, RunState.CANCELED);
    }

    @Test
    void aRunThatExpiresIsAnnounced() throws InterruptedException {
        listen();
        occupyTheSlot();
        Run<String> run = test.errand().trigger(task, "x", TriggerOptions.none().ttl(Duration.ofMinutes(1)));
        test.clock().advance(Duration.ofMinutes(1));
        announced(run, RunState.QUEUED, RunState.EXPIRED);
    }

    @Test
    void aRunThatTakesTooLongIsAnnounced() throws InterruptedException {
        listen();
        Run<String> run =
                test.errand().trigger(blocks, "x", TriggerOptions.none().timeout(Duration.ofMinutes(1)));
        gate.awaitArrivals(1);
        test.clock().advance(Duration.ofMinutes(1));
        Event end = Soon.next(ends);
        assertThat(end.run()).isEqualTo(run.id());
        assertThat(end.to()).isEqualTo(RunState.TIMED_OUT);
    }

    @Test
    void aRunWhoseTaskIsRemovedIsAnnounced() throws InterruptedException {
        listen();
        occupyTheSlot();
        Run<String> run = test.errand().trigger(task, "x");
        test.errand().remove("task");
        announced(run, RunState.QUEUED, RunState.FAILED);
    }

    @Test
    void aRunWhosePayloadFitsNoMoreIsAnnounced() throws InterruptedException {
        listen();
        Run<Json> run = test.errand().trigger("task", "x", TriggerOptions.none().after(Duration.ofMinutes(1)));
        test.errand()
                .edit(Task.named("task", Integer.class, String.class)
                        .hooks(new Traced("", hooks))
                        .run((payload, it) -> "never"));
        test.clock().advance(Duration.ofMinutes(1));
        Event end = Soon.next(ends);
        assertThat(end.run()).isEqualTo(run.id());
        assertThat(end.to()).isEqualTo(RunState.FAILED);
        assertThat(hooks).isEmpty();
    }
}

package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.ListenerOptions;
import dev.errand.PurgeAnswer;
import dev.errand.Run;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Subscription;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Runs that are purged by those who listen, or after they have heard of the end. */
class ListenerPurgeTest {
    private final Gate gate = new Gate();
    private final Task<Integer, ?> raises = Task.named("raises", Integer.class).run((times, run) -> {
        for (int n = 1; n <= times; n++) {
            run.raise("done", n);
        }
    });
    private final Task<String, ?> lingers = Task.named("lingers", String.class).run((payload, run) -> {
        run.raise("last", null);
        gate.pass();
    });

    @AutoClose
    private final TestErrand test = TestStore.open(raises, lingers);

    private Run<?> raise(int times, TriggerOptions options) {
        return test.errand().trigger(raises, times, options);
    }

    private Run<?> raise(int times) {
        return raise(times, TriggerOptions.none());
    }

    @Test
    void aListenerPurgesARunInItsLastStatement() throws InterruptedException { // case 57
        test.errand().concurrency(1);
        BlockingQueue<PurgeAnswer> answers = new LinkedBlockingQueue<>();
        test.errand().on(EventFilter.named("last"), event -> {
            gate.awaitArrivals(1);
            for (RunInfo run : named(event.runName())) {
                answers.add(test.errand().run(run.id()).forcePurge());
            }
        });
        TriggerOptions named = TriggerOptions.none().name("EventTestJob");
        test.errand().trigger(lingers, "", named);
        assertThat(Soon.next(answers)).isEqualTo(PurgeAnswer.PURGED);
        assertThat(named("EventTestJob")).isEmpty();
        assertThat(raise(1)).as("its slot is free").endsWithin(SOON).isCompleted();
    }

    private List<RunInfo> named(String name) {
        return test.errand().runs(RunQuery.all().names(name)).items();
    }

    @Test
    void aRunIsPurgedAfterAllListenersHaveHeardOfItsEnd() throws InterruptedException { // case 58
        BlockingQueue<RunState> read = new LinkedBlockingQueue<>();
        EventFilter ends = EventFilter.ofTask("raises").withName(Event.STATE);
        BlockingQueue<Event> first = new LinkedBlockingQueue<>();
        test.errand().on(ends, first::add, ListenerOptions.none().autoCleanup());
        test.errand().on(ends, event -> {
            if (event.isEnd()) {
                gate.pass();
                read.add(test.errand().run(event.run()).state());
                throw new IllegalStateException("on purpose");
            }
        });
        raise(1, TriggerOptions.none().name("once"));
        gate.awaitArrivals(1);
        for (int later = 0; later < 3; later++) {
            assertThat(raise(1)).endsWithin(SOON).isCompleted();
        }
        Soon.await(
                "the first has heard of all",
                () -> first.stream().filter(Event::isEnd).count() == 4);
        assertThat(named("once")).hasSize(1);
        gate.open();
        assertThat(Soon.next(read)).isEqualTo(RunState.COMPLETED);
        Soon.await("it is purged", () -> named("once").isEmpty());
    }

    @Test
    void aRunIsKeptForAListenerThatIsBehindUntilThatHasHeardOfItsEnd() throws InterruptedException { // case 58
        EventFilter all = EventFilter.ofTask("raises");
        BlockingQueue<Event> ends = new LinkedBlockingQueue<>();
        BlockingQueue<RunState> read = new LinkedBlockingQueue<>();
        Semaphore begun = new Semaphore(1);
        test.errand()
                .on(
                        all.withName(Event.STATE),
                        event -> {
                            if (event.isEnd()) {
                                ends.add(event);
                            }
                        },
                        ListenerOptions.none().autoCleanup());
        test.errand().on(all, event -> {
            if (begun.tryAcquire()) {
                gate.pass();
            } else if (event.isEnd()) {
                read.add(test.errand().run(event.run()).state());
            }
        });
        for (int runs = 0; runs < 2; runs++) {
            assertThat(raise(3_000, TriggerOptions.none().name("behind")))
                    .endsWithin(SOON)
                    .isCompleted();
        }
        Soon.await("one has heard of both", () -> ends.size() == 2);
        Soon.await(
                "the other is behind",
                () -> test.errand().listeners().stream()
                        .anyMatch(listener -> listener.filter().equals(all) && listener.behind()));
        assertThat(named("behind")).hasSize(2);
        gate.open();
        assertThat(List.of(Soon.next(read), Soon.next(read))).containsOnly(RunState.COMPLETED);
        Soon.await("they are purged", () -> named("behind").isEmpty());
    }

    @Test
    void aListenerThatGoesHoldsUpNoPurge() throws InterruptedException {
        EventFilter ends = EventFilter.ofTask("raises").withName(Event.STATE);
        test.errand().on(ends, event -> {}, ListenerOptions.none().autoCleanup());
        Subscription stuck = test.errand().on(ends, event -> gate.pass());
        Run<?> run = raise(1, TriggerOptions.none().name("once"));
        gate.awaitArrivals(1);
        assertThat(run).endsWithin(SOON).isCompleted();
        stuck.close();
        gate.open();
        Soon.await("it is purged", () -> named("once").isEmpty());
    }

    /** Without the kit, which would listen to the end. */
    @Test
    void whatWasNotHeardOfIsNotPurged() throws InterruptedException {
        EventFilter ends = EventFilter.ofTask("raises").withName(Event.STATE);
        ListenerOptions cleansUp = ListenerOptions.none().autoCleanup();
        try (Errand errand =
                Errand.builder().store(TestStore.url()).tasks(raises).open()) {
            Run<?> before = errand.trigger(raises, 1);
            assertThat(before).endsWithin(SOON).isCompleted();
            Subscription cleans = errand.on(ends.withRunName("none"), event -> {}, cleansUp);
            Subscription late = errand.on(ends, event -> {}, cleansUp);
            assertThat(errand.awaitEvent(EventFilter.of(before.id()).withName(Event.STATE), SOON))
                    .as("one reads the old log")
                    .isPresent();
            late.close();
            cleans.close();
            errand.on(ends, event -> {}, cleansUp);
            errand.trigger(raises, 0);
            Soon.await(
                    "the later one is purged",
                    () -> errand.runs(RunQuery.all()).items().size() == 1);
            assertThat(errand.run(before.id()).state()).isEqualTo(RunState.COMPLETED);
        }
    }

    @Test
    void aListenerThatClosesItselfAtAnEndHasItPurgedAfterwards() throws InterruptedException {
        BlockingQueue<Subscription> self = new LinkedBlockingQueue<>();
        BlockingQueue<RunState> read = new LinkedBlockingQueue<>();
        EventFilter ends = EventFilter.ofTask("raises").withName(Event.STATE);
        self.add(test.errand()
                .on(
                        ends,
                        event -> {
                            if (event.isEnd()) {
                                Soon.next(self).close();
                                gate.pass();
                                read.add(test.errand().run(event.run()).state());
                            }
                        },
                        ListenerOptions.none().autoCleanup()));
        raise(1, TriggerOptions.none().name("once"));
        gate.awaitArrivals(1);
        test.errand().on(ends, event -> {}, ListenerOptions.none().autoCleanup());
        raise(1, TriggerOptions.none().name("later"));
        Soon.await("a later one is purged meanwhile", () -> named("later").isEmpty());
        assertThat(named("once")).hasSize(1);
        gate.open();
        assertThat(Soon.next(read)).isEqualTo(RunState.COMPLETED);
        Soon.await("it is purged", () -> named("once").isEmpty());
    }
}

package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.ListenerInfo;
import dev.errand.ListenerOptions;
import dev.errand.Run;
import dev.errand.Subscription;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ListenerTest {
    private final Gate gate = new Gate();
    private final BlockingQueue<Event> heard = new LinkedBlockingQueue<>();
    private final Task<Integer, ?> raises = Task.named("raises", Integer.class).run((times, run) -> {
        for (int n = 1; n <= times; n++) {
            run.raise("done", Map.of("n", n));
        }
    });
    private final BlockingQueue<Long> raised = new LinkedBlockingQueue<>();
    private final Task<String, ?> lingers = Task.named("lingers", String.class).run((payload, run) -> {
        raised.add(System.nanoTime());
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

    /** Those of this test; the kit listens, too. */
    private List<ListenerInfo> listeners() {
        return test.errand().listeners().stream()
                .filter(listener -> !listener.filter().equals(EventFilter.all()))
                .toList();
    }

    private ListenerInfo listener(int index) {
        return listeners().get(index);
    }

    // ── what is heard

    @Test
    void theEnvelopeNamesTheRunThoughTheBodyDoesNot() throws InterruptedException { // cases 52, 53, 63
        test.errand().on(EventFilter.named("DONE"), heard::add);
        Run<?> run = raise(1, TriggerOptions.none().name("EventTestJob"));
        Event event = Soon.next(heard);
        assertThat(event.name()).isEqualTo("done");
        assertThat(event.data()).isEqualTo(new Json("{\"n\":1}"));
        assertThat(event.run()).isEqualTo(run.id());
        assertThat(event.runName()).isEqualTo("EventTestJob");
    }

    @Test
    void itComesWithinAHundredMillisecondsThoughTheBodyGoesOn() throws InterruptedException { // case 52
        BlockingQueue<Long> arrived = new LinkedBlockingQueue<>();
        test.errand().on(EventFilter.named("last"), event -> arrived.add(System.nanoTime()));
        long least = Long.MAX_VALUE;
        for (int tries = 0; tries < 10; tries++) { // the machine may be busy
            test.errand().trigger(lingers, "");
            least = Math.min(least, Soon.next(arrived) - Soon.next(raised));
            gate.letPass(1);
        }
        assertThat(Duration.ofNanos(least)).isLessThan(Duration.ofMillis(100));
    }

    @Test
    void patternsNamesAndTagsChoose() throws InterruptedException {
        BlockingQueue<Event> states = new LinkedBlockingQueue<>();
        BlockingQueue<Event> nightly = new LinkedBlockingQueue<>();
        test.errand().on(EventFilter.named("RUN.ST*e"), states::add);
        test.errand().on(EventFilter.named("d*n*").withRunName("nightly"), nightly::add);
        test.errand().on(EventFilter.named("done").withTags("red", "blue"), heard::add);
        Run<?> green = raise(1, TriggerOptions.none().tags("green"));
        assertThat(green).endsWithin(SOON).isCompleted();
        Run<?> red = raise(2, TriggerOptions.none().tags("green", "red").name("nightly"));
        assertThat(List.of(Soon.next(heard), Soon.next(heard)))
                .extracting(Event::run)
                .containsOnly(red.id());
        assertThat(List.of(Soon.next(nightly), Soon.next(nightly)))
                .extracting(Event::run)
                .containsOnly(red.id());
        Soon.await(
                "both ends are heard",
                () -> states.stream().filter(Event::isEnd).count() == 2);
        assertThat(states).extracting(Event::name).containsOnly(Event.STATE);
        assertThat(heard).isEmpty();
    }

    // ── who is called, and how often

    @Test
    void listenersAreCalledInTheOrderOfTheirSubscriptionsThoughOneThrows() throws InterruptedException { // cases 54, 55
        List<String> called = new CopyOnWriteArrayList<>();
        try (ExecutorService one = Executors.newSingleThreadExecutor()) {
            test.errand().on(EventFilter.named("done"), event -> called.add("A"), one);
            test.errand().on(EventFilter.named("done"), event -> fails(called), one);
            test.errand().on(EventFilter.named("done"), event -> called.add("C"), one);
            assertThat(raise(1)).endsWithin(SOON).isCompleted();
            Soon.await("all are called", () -> called.size() == 3);
            assertThat(called).containsExactly("A", "B", "C");
            raise(1);
            Soon.await("all are called again", () -> called.size() == 6);
        }
        Soon.await("it is counted", () -> listener(1).failures() == 2);
        assertThat(listeners()).extracting(ListenerInfo::number).isSorted().hasSize(3);
        assertThat(listeners()).extracting(ListenerInfo::failures).containsExactly(0L, 2L, 0L);
        assertThat(listeners()).extracting(ListenerInfo::calls).containsExactly(2L, 2L, 2L);
        assertThat(listener(1).lastFailure())
                .satisfies(failure ->
                        assertThat(failure.summary()).isEqualTo("java.lang.IllegalStateException: thrown by B"));
    }

    @Test
    void theyAreSoWithoutAnExecutorAsWell() throws InterruptedException { // case 54
        boolean inOrder = false;
        for (int tries = 0; tries < 5 && !inOrder; tries++) { // a machine that is busy makes one of them seem slow
            inOrder = areCalledInOrder();
        }
        assertThat(inOrder).isTrue();
    }

    private boolean areCalledInOrder() throws InterruptedException {
        int events = 10;
        List<String> called = new CopyOnWriteArrayList<>();
        Subscription first = test.errand().on(EventFilter.named("done"), event -> {
            Thread.sleep(1); // the next one would overtake it if it could
            called.add("A");
        });
        Subscription second = test.errand().on(EventFilter.named("done"), event -> fails(called));
        Subscription third = test.errand().on(EventFilter.named("done"), event -> called.add("C"));
        for (int event = 1; event <= events; event++) {
            raise(1);
            int all = 3 * event;
            Soon.await("all are called", () -> called.size() == all);
        }
        List.of(first, second, third).forEach(Subscription::close);
        return called.equals(Collections.nCopies(events, List.of("A", "B", "C")).stream()
                .flatMap(List::stream)
                .toList());
    }

    @Test
    void whoIsStuckHoldsUpNobodyBehindIt() throws InterruptedException {
        BlockingQueue<Event> late = new LinkedBlockingQueue<>();
        test.errand().on(EventFilter.named("done"), event -> {
            gate.pass();
            late.add(event);
        });
        test.errand().on(EventFilter.named("done"), heard::add);
        raise(3);
        List<Event> events = List.of(Soon.next(heard), Soon.next(heard), Soon.next(heard));
        raise(1);
        Event fourth = Soon.next(heard);
        assertThat(late).isEmpty();
        gate.open();
        assertThat(List.of(Soon.next(late), Soon.next(late), Soon.next(late))).isEqualTo(events);
        assertThat(Soon.next(late)).isEqualTo(fourth);
    }

    private static void fails(List<String> called) {
        called.add("B");
        throw new IllegalStateException("thrown by B");
    }

    @Test
    void anErrorWhoseMessageCannotBeReadCallsTheListenerNoLess() throws InterruptedException {
        test.errand().on(EventFilter.named("done"), event -> {
            heard.add(event);
            throw new Unreadable();
        });
        raise(2);
        Soon.next(heard);
        Soon.next(heard);
        Soon.await("both are counted", () -> listener(0).failures() == 2);
    }

    private static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new IllegalStateException("thrown by a test");
        }
    }

    @Test
    void anErrorForWhichThereIsNoMemoryLeftStopsNobody() throws InterruptedException {
        test.errand().on(EventFilter.named("done"), event -> {
            throw new Exhausted();
        });
        test.errand().on(EventFilter.named("done"), heard::add);
        raise(3);
        for (int i = 0; i < 3; i++) {
            Soon.next(heard);
        }
        raise(1);
        Soon.next(heard);
        Soon.await("it is called for all", () -> listener(0).calls() == 4);
        assertThat(listener(0).waiting()).isZero();
    }

    /** Not even to say what it was. */
    private static final class Exhausted extends Error {
        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new OutOfMemoryError("thrown by a test");
        }
    }

    @Test
    void aSubscriptionEndsAfterItsMaximumOfCalls() throws InterruptedException { // case 59
        List<Event> called = new CopyOnWriteArrayList<>();
        test.errand()
                .on(
                        EventFilter.named("done"),
                        called::add,
                        ListenerOptions.none().maxTriggers(2));
        test.errand().on(EventFilter.named("done"), heard::add);
        assertThat(listeners()).hasSize(2);
        raise(3);
        for (int i = 0; i < 3; i++) {
            Soon.next(heard);
        }
        Soon.await("it is listed no more", () -> listeners().size() == 1);
        raise(1);
        Soon.next(heard);
        assertThat(called).hasSize(2);
    }

    @Test
    void aListenerThatRemovesItselfIsCalledOnce() throws InterruptedException { // case 60
        BlockingQueue<Subscription> self = new LinkedBlockingQueue<>();
        List<Event> called = new CopyOnWriteArrayList<>();
        self.add(test.errand().on(EventFilter.named("done"), event -> {
            called.add(event);
            Soon.next(self).close();
        }));
        test.errand().on(EventFilter.named("done"), heard::add);
        raise(2);
        Soon.next(heard);
        Soon.next(heard);
        Soon.await("it is listed no more", () -> listeners().size() == 1);
        assertThat(called).hasSize(1);
    }

    @Test
    void anExecutorThatRefusesEndsTheSubscriptionAndNobodyElses() throws InterruptedException {
        Executor exhausted = work -> {
            throw new OutOfMemoryError("unable to create native thread");
        };
        test.errand().on(EventFilter.named("done"), event -> {}, exhausted);
        test.errand().on(EventFilter.named("done"), heard::add);
        raise(1);
        Soon.next(heard);
        assertThat(listeners()).hasSize(1);
        assertThat(listener(0).failures()).isZero();
    }

    // ── many events

    @Test
    void aListenerThatStandsStillLosesNothingAndFillsNoMemory() throws InterruptedException {
        int each = 3_000;
        List<Event> late = new ArrayList<>();
        BlockingQueue<Event> end = new LinkedBlockingQueue<>();
        test.errand().on(EventFilter.named("done"), event -> {
            if (late.isEmpty()) {
                gate.pass();
            }
            late.add(event);
            if (late.size() == 4 * each + 1) {
                end.add(event);
            }
        });
        test.errand().on(EventFilter.named("done"), heard::add);
        for (int i = 0; i < 4; i++) {
            assertThat(raise(each)).endsWithin(SOON).isCompleted();
        }
        Soon.await("the other hears all", () -> heard.size() == 4 * each);
        Soon.await("it is behind", () -> listener(0).behind());
        assertThat(listener(0).waiting()).isLessThan(2 * each);
        assertThat(listener(1).behind()).isFalse();
        gate.open();
        raise(1);
        Soon.next(end);
        Soon.await("the other hears it, too", () -> heard.size() == 4 * each + 1);
        assertThat(late).containsExactlyElementsOf(heard);
        Soon.await("it has caught up", () -> !listener(0).behind());
        raise(1);
        Soon.await("it goes on", () -> late.size() == 4 * each + 2);
    }

    @Test
    void tenThousandEventsOfOneRunComeInOrder() throws InterruptedException {
        BlockingQueue<Event> last = new LinkedBlockingQueue<>();
        List<Event> all = new ArrayList<>();
        test.errand().on(EventFilter.named("done"), event -> {
            all.add(event);
            if (all.size() == 10_000) {
                last.add(event);
            }
        });
        raise(10_000);
        assertThat(Soon.next(last).data()).isEqualTo(new Json("{\"n\":10000}"));
        for (int n = 1; n <= 10_000; n++) {
            assertThat(all.get(n - 1).data()).isEqualTo(new Json("{\"n\":" + n + "}"));
        }
    }
}

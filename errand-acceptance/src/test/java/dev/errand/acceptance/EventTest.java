package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.Progress;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunResult;
import dev.errand.RunState;
import dev.errand.Subscription;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class EventTest {
    private final Gate gate = new Gate();
    private final BlockingQueue<Event> heard = new LinkedBlockingQueue<>();
    private final Task<String, String> phases = Task.named("phases", String.class, String.class)
            .retry(Retry.fixed(Duration.ZERO))
            .run((payload, run) -> {
                run.raise("phase", Map.of("attempt", run.attempt()));
                if (run.attempt() == 1) {
                    throw new IllegalStateException("again");
                }
                run.raise("done", null);
                return payload;
            });
    private final Task<String, String> blocks = Task.named("blocks", String.class, String.class)
            .run((payload, run) -> {
                gate.pass();
                return payload;
            });

    @AutoClose
    private final TestErrand test = TestStore.open(phases, blocks);

    private List<Event> untilTheEnd(int runs) throws InterruptedException {
        List<Event> events = new ArrayList<>();
        for (int ends = 0; ends < runs; ) {
            Event event = Soon.next(heard);
            events.add(event);
            ends += event.isEnd() ? 1 : 0;
        }
        return events;
    }

    private static List<String> told(List<Event> events) {
        return events.stream()
                .filter(event -> !event.name().equals(Event.NOTED))
                .map(event -> event.to() == null ? event.name() : event.from() + ">" + event.to())
                .toList();
    }

    @Test
    void theStoryOfARunIsToldInOrder() throws InterruptedException { // case 64
        test.errand().on(EventFilter.all(), heard::add);
        Run<String> run =
                test.errand().trigger(phases, "x", TriggerOptions.none().name("story"));
        List<Event> events = untilTheEnd(1);
        assertThat(told(events))
                .filteredOn(told -> told.contains(">"))
                .containsExactly(
                        "null>QUEUED",
                        "QUEUED>EXECUTING",
                        "EXECUTING>QUEUED",
                        "QUEUED>EXECUTING",
                        "EXECUTING>COMPLETED");
        assertThat(told(events))
                .as("what bodies raise; of one that ends soon it is told before its start")
                .filteredOn(told -> !told.equals("QUEUED>EXECUTING"))
                .containsExactly("null>QUEUED", "phase", "EXECUTING>QUEUED", "phase", "done", "EXECUTING>COMPLETED");
        assertThat(events).extracting(Event::position).isSorted().doesNotHaveDuplicates();
        assertThat(events).allSatisfy(event -> {
            assertThat(event.run()).isEqualTo(run.id());
            assertThat(event.task()).isEqualTo("phases");
            assertThat(event.runName()).isEqualTo("story");
            assertThat(event.at()).isEqualTo(test.clock().instant());
        });
        assertThat(events)
                .filteredOn(event -> event.name().equals("phase"))
                .extracting(Event::attempt, Event::data)
                .containsExactly(tuple(1, new Json("{\"attempt\":1}")), tuple(2, new Json("{\"attempt\":2}")));
    }

    @Test
    void theEventsOfManyRunsKeepTheOrderOfEach() throws InterruptedException {
        test.errand().on(EventFilter.ofTask("PHASES").withName(Event.STATE), heard::add);
        test.errand()
                .triggerAll(
                        phases, IntStream.range(0, 100).mapToObj(i -> "" + i).toList());
        Map<Object, List<Event>> byRun = untilTheEnd(100).stream().collect(Collectors.groupingBy(Event::run));
        assertThat(byRun).hasSize(100);
        assertThat(byRun.values())
                .allSatisfy(events -> assertThat(told(events))
                        .containsExactly(
                                "null>QUEUED",
                                "QUEUED>EXECUTING",
                                "EXECUTING>QUEUED",
                                "QUEUED>EXECUTING",
                                "EXECUTING>COMPLETED"));
    }

    @Test
    void anEndIsToldWhenItCanBeRead() throws InterruptedException {
        BlockingQueue<RunState> read = new LinkedBlockingQueue<>();
        test.errand().on(EventFilter.ofTask("phases"), event -> {
            if (event.isEnd()) {
                read.add(test.errand().run(event.run()).state());
            }
        });
        test.errand().trigger(phases, "x");
        assertThat(Soon.next(read)).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void whatARunningBodyNotesIsToldBeforeItEnds() throws InterruptedException {
        Task<String, ?> notes = Task.named("notes", String.class).run((payload, run) -> {
            run.progress(1, 10);
            run.raise("half-way", "there");
            gate.pass();
        });
        test.errand().add(notes);
        test.errand().on(EventFilter.named("Half-Way"), heard::add);
        Run<?> run = test.errand().trigger(notes, "");
        Event event = Soon.next(heard);
        assertThat(event.data()).isEqualTo(new Json("\"there\""));
        assertThat(event.attempt()).isEqualTo(1);
        assertThat(event.node()).isEqualTo(test.errand().nodes().getFirst().number());
        assertThat(run.state()).isNotEqualTo(RunState.COMPLETED);
        assertThat(run.progress()).contains(new Progress(1, 10));
        gate.open();
    }

    @Test
    void anEventOfAMegabyteIsRefusedWithTheCapNamed() throws InterruptedException {
        BlockingQueue<String> refused = new LinkedBlockingQueue<>();
        Task<String, ?> large = Task.named("large", String.class).run((payload, run) -> {
            run.raise("before", "x".repeat(262_000));
            try {
                run.raise("large", "x".repeat(1_000_000));
            } catch (IllegalArgumentException e) {
                refused.add(String.valueOf(e.getMessage()));
            }
            run.raise("after", null);
        });
        test.errand().add(large);
        test.errand().on(EventFilter.ofTask("large"), heard::add);
        test.errand().trigger(large, "");
        assertThat(told(untilTheEnd(1))).contains("before", "after").doesNotContain("large");
        assertThat(Soon.next(refused)).contains("1,000,002 bytes; at most 262,144 are kept");
    }

    @Test
    void aHandlerThatThrowsStopsNobody() throws InterruptedException {
        test.errand().on(EventFilter.all(), event -> {
            throw new IllegalStateException("thrown by a test");
        });
        test.errand().on(EventFilter.all(), event -> {
            throw new AssertionError("thrown by a test");
        });
        test.errand().on(EventFilter.all(), heard::add);
        assertThat(test.errand().trigger(phases, "x").await(SOON)).isEqualTo("x");
        assertThat(untilTheEnd(1)).isNotEmpty();
    }

    @Test
    void aHandlerThatBlocksHoldsUpNobody() throws InterruptedException {
        test.errand().on(EventFilter.all(), event -> gate.passStubbornly());
        test.errand().on(EventFilter.all(), heard::add);
        for (int i = 0; i < 3; i++) {
            assertThat(test.errand().trigger(phases, "x").await(SOON)).isEqualTo("x");
        }
        untilTheEnd(3);
        gate.open();
    }

    @Test
    void aSubscriptionIsClosedInsideItsHandler() throws InterruptedException {
        AtomicReference<Subscription> self = new AtomicReference<>();
        CountDownLatch subscribed = new CountDownLatch(1);
        self.set(test.errand().on(EventFilter.all(), event -> {
            try {
                subscribed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            heard.add(event);
            self.get().close();
        }));
        subscribed.countDown();
        BlockingQueue<Event> others = new LinkedBlockingQueue<>();
        test.errand().on(EventFilter.all(), others::add);
        test.errand().trigger(phases, "x");
        Soon.next(heard);
        test.errand().trigger(phases, "y");
        for (int ends = 0; ends < 2; ) {
            ends += Soon.next(others).isEnd() ? 1 : 0;
        }
        assertThat(heard).isEmpty();
    }

    @Test
    void aHandlerRunsOnTheExecutorOfTheCallersChoice() throws InterruptedException {
        ExecutorService own = Executors.newSingleThreadExecutor(task -> new Thread(task, "own"));
        BlockingQueue<String> threads = new LinkedBlockingQueue<>();
        test.errand()
                .on(
                        EventFilter.all(),
                        event -> threads.add(Thread.currentThread().getName()),
                        own);
        test.errand()
                .trigger(phases, "x")
                .onFinish(
                        result -> threads.add(
                                "finish on " + Thread.currentThread().getName()),
                        own);
        Soon.await("both are told", () -> threads.contains("own") && threads.contains("finish on own"));
        own.shutdown();
        assertThat(threads).containsOnly("own", "finish on own");
    }

    @Test
    void anExecutorThatRefusesStopsNobody() throws InterruptedException {
        Executor refuses = task -> {
            throw new RejectedExecutionException("thrown by a test");
        };
        Executor breaks = task -> {
            throw new IllegalStateException("thrown by a test");
        };
        for (Executor executor : List.of(refuses, breaks, Runnable::run)) {
            test.errand().on(EventFilter.all(), event -> failsOn(event.task()), executor);
            test.errand().trigger(blocks, "x").onFinish(result -> failsOn("blocks"), executor);
        }
        gate.open();
        for (int i = 0; i < 3; i++) {
            assertThat(test.errand().trigger(phases, "x").await(SOON)).isEqualTo("x");
        }
    }

    private static void failsOn(String task) {
        throw new IllegalStateException("thrown by a test about " + task);
    }

    // ── onFinish

    @Test
    void onFinishIsCalledOnceWhenTheRunHasEnded() throws InterruptedException {
        BlockingQueue<RunResult<String>> results = new LinkedBlockingQueue<>();
        Run<String> run = test.errand().trigger(blocks, "x");
        gate.awaitArrivals(1);
        run.onFinish(results::add);
        assertThat(results).isEmpty();
        gate.open();
        assertThat(Soon.next(results)).isEqualTo(new RunResult.Completed<>(run.id(), "x"));
        run.onFinish(results::add); // after the end: at once
        assertThat(Soon.next(results)).isEqualTo(new RunResult.Completed<>(run.id(), "x"));
        test.run(phases, "x");
        assertThat(results).isEmpty();
    }

    @Test
    void aClosedOnFinishIsNotCalled() throws InterruptedException {
        BlockingQueue<RunResult<String>> results = new LinkedBlockingQueue<>();
        Run<String> run = test.errand().trigger(blocks, "x");
        gate.awaitArrivals(1);
        run.onFinish(results::add).close();
        BlockingQueue<RunResult<String>> kept = new LinkedBlockingQueue<>();
        run.onFinish(kept::add);
        gate.open();
        Soon.next(kept);
        assertThat(results).isEmpty();
    }

    @Test
    void onFinishMayTriggerTheNextRun() throws InterruptedException {
        BlockingQueue<String> outputs = new LinkedBlockingQueue<>();
        test.errand()
                .trigger(phases, "first")
                .onFinish(first ->
                        test.errand().trigger(phases, "second").onFinish(second -> outputs.add(second.toString())));
        assertThat(Soon.next(outputs)).contains("second");
    }
}

package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunResult;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.store.EventCursor;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class AwaitEventTest {
    private static final Duration A_MOMENT = Duration.ofMillis(200);

    private final Gate gate = new Gate();
    private final Task<String, ?> raises =
            Task.named("raises", String.class).run((event, run) -> run.raise(event, "x"));
    private final Task<String, String> blocks = Task.named("blocks", String.class, String.class)
            .run((payload, run) -> {
                gate.pass();
                return payload;
            });

    @AutoClose
    private final TestErrand test =
            TestStore.open(settings -> settings.tasks(raises, blocks).concurrency(4));

    private interface Wait<T> {
        T call(Errand errand) throws InterruptedException;
    }

    private <T> CompletableFuture<T> begin(Wait<T> wait) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return wait.call(test.errand());
                    } catch (InterruptedException e) {
                        throw new CompletionException(e);
                    }
                },
                Thread::startVirtualThread);
    }

    // ── events

    @Test
    void anEventThatIsInTheLogSatisfiesAtOnce() throws InterruptedException { // case 61
        Run<?> run = test.errand().trigger(raises, "x");
        assertThat(run).endsWithin(SOON).isCompleted();
        assertThat(test.errand().trigger(raises, "x")).endsWithin(SOON).isCompleted();
        Optional<Event> event = test.errand().awaitEvent(EventFilter.named("X"), SOON);
        assertThat(event).hasValueSatisfying(oldest -> {
            assertThat(oldest.run()).isEqualTo(run.id());
            assertThat(oldest.data()).isEqualTo(new Json("\"x\""));
        });
        assertThat(test.errand().listeners())
                .as("that it listened is nobody's business")
                .hasSize(1); // the kit's
    }

    @Test
    void ofARunNothingIsReadFromLongBeforeItsTrigger() throws InterruptedException {
        try (TestErrand counted = TestStore.open(settings ->
                settings.store(CountedStoreProvider.PREFIX + TestStore.url()).tasks(raises))) {
            counted.finish(counted.errand().trigger(raises, "x"));
            counted.advance(Duration.ofHours(1));
            Run<?> run = counted.finish(counted.errand().trigger(raises, "x"));
            CountedStoreProvider.READS_OF_EVENTS.clear();
            EventFilter filter = EventFilter.of(run.id()).withName("x");
            assertThat(counted.errand().awaitEvent(filter, SOON)).isPresent();
            assertThat(CountedStoreProvider.READS_OF_EVENTS).isNotEmpty().doesNotContain(EventCursor.START);
            assertThat(counted.errand().awaitEvent(EventFilter.named("x"), SOON))
                    .hasValueSatisfying(oldest -> assertThat(oldest.run()).isNotEqualTo(run.id()));
            assertThat(CountedStoreProvider.READS_OF_EVENTS).contains(EventCursor.START);
        }
    }

    @Test
    void withoutOneItIsEmptyInTheEnd() throws InterruptedException { // case 62
        test.errand().trigger(raises, "x");
        long begun = System.nanoTime();
        assertThat(test.errand().awaitEvent(EventFilter.named("y"), A_MOMENT)).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(A_MOMENT);
    }

    @Test
    void theNextOneIsHeardOf() throws InterruptedException {
        Run<String> run = test.errand().trigger(blocks, "x");
        gate.awaitArrivals(1);
        CompletableFuture<Optional<Event>> waited =
                begin(errand -> errand.awaitEvent(EventFilter.named("later").withTask("raises"), SOON));
        test.errand().trigger(raises, "earlier");
        gate.open();
        assertThat(run).endsWithin(SOON).isCompleted();
        assertThat(waited).isNotDone();
        test.errand().trigger(raises, "later");
        assertThat(waited)
                .succeedsWithin(SOON)
                .satisfies(event -> assertThat(event).map(Event::name).contains("later"));
    }

    @Test
    void whoWaitsForAnEventIsLetGoWhenTheEngineCloses() {
        TestErrand closes = TestStore.open();
        CompletableFuture<Optional<Event>> waited =
                begin(errand -> closes.errand().awaitEvent(EventFilter.all(), SOON));
        closes.close();
        assertThat(waited.handle((event, error) -> event == null || event.isEmpty()))
                .succeedsWithin(SOON)
                .isEqualTo(true);
    }

    // ── many runs

    @Test
    void whoeverEndsFirstEndsTheWaitForAny() throws InterruptedException { // case 68
        Run<String> slow = test.errand().trigger(blocks, "slow");
        gate.awaitArrivals(1);
        assertThat(test.errand().awaitAny(List.of(slow), A_MOMENT)).isEmpty();
        CompletableFuture<Optional<Run<String>>> any =
                begin(errand -> errand.awaitAny(List.of(slow, errand.trigger(blocks, "fast")), SOON));
        gate.awaitArrivals(1);
        assertThat(any).isNotDone();
        gate.letPass(1);
        assertThat(any)
                .succeedsWithin(SOON)
                .satisfies(run -> assertThat(run.orElseThrow().isFinished()).isTrue());
        gate.open();
        assertThat(test.errand().awaitAny(List.of(slow), SOON)).contains(slow);
        assertThatIllegalArgumentException().isThrownBy(() -> test.errand().awaitAny(List.<Run<?>>of(), SOON));
    }

    @Test
    void allAreWaitedForWithoutDisturbingOne() throws InterruptedException { // cases 68, 69
        List<Run<?>> runs = new ArrayList<>(test.errand().triggerAll(blocks, List.of("a", "b")));
        gate.awaitArrivals(2);
        assertThat(test.errand().awaitAll(runs, A_MOMENT)).isFalse();
        assertThat(runs).allSatisfy(run -> assertThat(run.isFinished()).isFalse());
        CompletableFuture<Boolean> all = begin(errand -> errand.awaitAll(runs, SOON));
        gate.letPass(1);
        Soon.await("one ends", () -> runs.stream().anyMatch(Run::isFinished));
        assertThat(test.errand().awaitEvent(EventFilter.named("never"), A_MOMENT))
                .as("it had time to hear of that")
                .isEmpty();
        assertThat(all).isNotDone();
        gate.open();
        assertThat(all).succeedsWithin(SOON).isEqualTo(true);
        assertThat(runs).allSatisfy(run -> assertThat(run).hasState(RunState.COMPLETED));
        assertThat(test.errand().awaitAll(List.of(), A_MOMENT)).isTrue();
    }

    @Test
    void hundredsAreWaitedForByOneThread() throws InterruptedException {
        Task<Integer, Integer> quick =
                Task.named("quick", Integer.class, Integer.class).run((payload, run) -> payload);
        test.errand().add(quick);
        List<Run<Integer>> runs =
                test.errand().triggerAll(quick, IntStream.range(0, 600).boxed().toList());
        assertThat(test.errand().awaitAll(runs, SOON)).isTrue();
        assertThat(runs.getLast().result(Duration.ZERO)).isInstanceOf(RunResult.Completed.class);
    }

    @Test
    void aRunThatWasDeletedHasEnded() throws InterruptedException {
        Run<String> run = test.errand().trigger(blocks, "x");
        gate.awaitArrivals(1);
        CompletableFuture<Boolean> all = begin(errand -> errand.awaitAll(List.of(run), SOON));
        run.forcePurge();
        assertThat(all).succeedsWithin(SOON).isEqualTo(true);
        assertThat(test.errand().awaitAny(List.of(run), SOON)).contains(run);
    }

    // ── where nobody may wait

    @Test
    void aBodyMustNotWait() throws InterruptedException {
        List<Wait<?>> waits = List.of(
                errand -> errand.awaitEvent(EventFilter.all(), SOON),
                errand -> errand.awaitAll(List.of(errand.trigger(raises, "x")), SOON),
                errand -> errand.awaitAny(List.of(errand.trigger(raises, "x")), SOON));
        Task<Integer, Object> waiter = Task.named("waiter", Integer.class, Object.class)
                .retry(Retry.none())
                .run((which, run) -> String.valueOf(waits.get(which).call(test.errand())));
        test.errand().add(waiter);
        for (int which = 0; which < waits.size(); which++) {
            RunResult<Object> result = test.errand().trigger(waiter, which).result(SOON);
            assertThat(result)
                    .isInstanceOfSatisfying(
                            RunResult.Unsuccessful.class,
                            end -> assertThat(end.reason())
                                    .contains("must not wait")
                                    .contains("run.invoke"));
        }
    }
}

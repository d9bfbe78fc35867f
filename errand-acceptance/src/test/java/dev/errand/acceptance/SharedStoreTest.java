package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.CancelAnswer;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.NodeInfo;
import dev.errand.PurgeAnswer;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunQuery;
import dev.errand.RunResult;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two engines on one store, as two processes would have it. */
class SharedStoreTest {
    private final SettableClock clock = new SettableClock();
    private final Gate gate = new Gate();
    private final Task<String, String> blocks = Task.named("blocks", String.class, String.class)
            .retry(Retry.none())
            .run((payload, run) -> {
                gate.pass();
                return payload;
            });

    @TempDir
    private Path folder;

    private String url;
    private TestErrand works;
    private TestErrand other;

    @BeforeEach
    void open() {
        url = TestStore.url(folder);
        works = engine("works", 2, blocks);
        other = engine("other", 2);
    }

    @AfterEach
    void close() {
        other.close();
        works.close();
    }

    private TestErrand engine(String name, int concurrency, Task<?, ?>... tasks) {
        return TestErrand.open(
                clock,
                settings -> settings.store(url)
                        .nodeName(name)
                        .concurrency(concurrency)
                        .tasks(tasks));
    }

    @Test
    void aRunIsTriggeredHereAndExecutedThere() throws InterruptedException {
        Run<Json> run = other.errand().trigger("Blocks", "x");
        gate.awaitArrivals(1);
        gate.open();
        assertThat(run.await(SOON)).isEqualTo(new Json("\"x\""));
        assertThat(run.info().node()).isEqualTo(number("works"));
    }

    private long number(String node) {
        return works.errand().nodes().stream()
                .filter(each -> each.name().equals(node))
                .findFirst()
                .orElseThrow()
                .number();
    }

    @Test
    void aTriggerOfAnotherEngineIsSeenLongBeforeTheSafetyNet() throws InterruptedException {
        gate.open();
        other.errand().trigger("blocks", "warm").result(SOON);
        for (int i = 0; i < 20; i++) {
            Run<Json> run = other.errand().trigger("blocks", "x");
            Soon.awaitWithin(Duration.ofSeconds(2), "it ends before the safety net, after 5 s", run::isFinished);
            assertThat(run).isCompleted();
        }
    }

    @Test
    void aDelayedTriggerOfAnotherEngineStartsOnTime() throws InterruptedException {
        gate.open();
        Run<Json> run =
                other.errand().trigger("blocks", "x", TriggerOptions.none().after(Duration.ofHours(1)));
        other.advance(Duration.ofMinutes(59));
        assertThat(run).hasState(RunState.DELAYED);
        other.advance(Duration.ofMinutes(1));
        assertThat(run).isCompleted();
    }

    @Test
    void everyRunIsExecutedOnceWhoeverTakesIt() throws InterruptedException {
        Map<Integer, AtomicInteger> executions = new ConcurrentHashMap<>();
        Task<Integer, Integer> count = Task.named("count", Integer.class, Integer.class)
                .run((payload, run) -> executions
                        .computeIfAbsent(payload, key -> new AtomicInteger())
                        .incrementAndGet());
        works.errand().add(count);
        other.errand().add(count);
        List<Run<Integer>> runs =
                works.errand().triggerAll(count, IntStream.range(0, 500).boxed().toList());
        List<Run<Integer>> more = other.errand()
                .triggerAll(count, IntStream.range(500, 1_000).boxed().toList());
        works.runUntilIdle();
        assertThat(runs).allMatch(run -> run.state() == RunState.COMPLETED);
        assertThat(more).allMatch(run -> run.state() == RunState.COMPLETED);
        assertThat(executions).hasSize(1_000);
        assertThat(executions.values()).allMatch(executed -> executed.get() == 1);
    }

    @Test
    void bothEnginesWorkOnOneQueue() throws InterruptedException {
        other.errand().add(blocks);
        List<Run<String>> runs = works.errand().triggerAll(blocks, List.of("1", "2", "3", "4"));
        gate.awaitArrivals(4);
        for (Run<String> run : runs) {
            works.until(run, RunState.EXECUTING);
        }
        assertThat(runs).extracting(run -> run.info().node()).containsOnly(number("works"), number("other"));
        gate.open();
    }

    @Test
    void aRunThatExecutesElsewhereIsAwaitedListenedToAndFinished() throws InterruptedException {
        Run<String> run = works.errand().trigger(blocks, "x");
        gate.awaitArrivals(1);
        Run<String> seen = other.errand().run(run.id(), blocks);
        BlockingQueue<RunResult<String>> finished = new LinkedBlockingQueue<>();
        seen.onFinish(finished::add);
        BlockingQueue<Event> ends = new LinkedBlockingQueue<>();
        other.errand().on(EventFilter.of(run.id()), event -> {
            if (event.isEnd()) {
                ends.add(event);
            }
        });
        gate.open();
        assertThat(seen.await(SOON)).isEqualTo("x");
        assertThat(Soon.next(finished)).isEqualTo(new RunResult.Completed<>(run.id(), "x"));
        assertThat(Soon.next(ends).node()).isEqualTo(number("works"));
    }

    @Test
    void aRunThatExecutesElsewhereIsCanceled() throws InterruptedException {
        Run<String> run = works.errand().trigger(blocks, "x");
        gate.awaitArrivals(1);
        Run<Json> seen = other.errand().run(run.id());
        assertThat(seen.cancel("from elsewhere")).isEqualTo(CancelAnswer.OK);
        gate.awaitInterrupt();
        assertThat(seen).endsWithin(SOON).hasState(RunState.CANCELED).hasReason("from elsewhere");
    }

    @Test
    void anAnsweredCancelHoldsHoweverTheBodyEndsBeforeItsNodeHearsOfIt() throws InterruptedException {
        Retry retry = Retry.fixed(Duration.ofHours(1)).attempts(2);
        Task<String, String> ends = Task.named("ends", String.class, String.class)
                .retry(retry)
                .run((payload, run) -> {
                    assertThat(other.errand().run(run.id()).cancel("too late to hear"))
                            .isEqualTo(CancelAnswer.OK);
                    if (payload.equals("fail")) {
                        throw new IllegalStateException("boom");
                    }
                    return payload;
                });
        works.errand().add(ends);
        for (String how : List.of("fail", "return")) {
            Run<String> run = works.errand().trigger(ends, how);
            works.runUntilIdle();
            assertThat(run)
                    .hasState(RunState.CANCELED)
                    .hasReason("too late to hear")
                    .hasAttempts(1);
        }
    }

    @Test
    void aRunThatExecutesElsewhereIsPurged() throws InterruptedException {
        Run<String> run = works.errand().trigger(blocks, "x");
        gate.awaitArrivals(1);
        works.until(run, RunState.EXECUTING);
        Run<Json> seen = other.errand().run(run.id());
        assertThat(seen.purge()).isEqualTo(PurgeAnswer.EXECUTING);
        assertThat(seen.forcePurge()).isEqualTo(PurgeAnswer.PURGED);
        gate.awaitInterrupt();
        assertThat(other.errand().runs(RunQuery.all()).items()).isEmpty();
        assertThat(run.purge()).isEqualTo(PurgeAnswer.NOT_FOUND);
    }

    @Test
    void bothEnginesAreNodesAndTellWhatTheyHave() {
        List<NodeInfo> nodes = other.errand().nodes();
        assertThat(nodes).extracting(NodeInfo::name).containsExactly("works", "other");
        assertThat(nodes).extracting(NodeInfo::self).containsExactly(false, true);
        assertThat(nodes.getFirst().tasks()).containsExactly("blocks");
        assertThat(nodes.getFirst().concurrency()).isEqualTo(2);
        assertThat(nodes).allMatch(node -> node.pid() == ProcessHandle.current().pid());
    }

    @Test
    void anotherNodesConcurrencyIsChanged() throws InterruptedException {
        works.errand().triggerAll(blocks, List.of("1", "2", "3", "4"));
        gate.awaitArrivals(2);
        assertThat(other.errand().nodeConcurrency(number("works"), 4)).isTrue();
        gate.awaitArrivals(2);
        assertThat(works.errand().concurrency()).isEqualTo(4);
        assertThat(other.errand().nodeConcurrency(999_999, 4)).isFalse();
        gate.open();
    }

    @Test
    void allClientsGetTheSameAnswer() throws Exception { // case 80
        Run<String> run = works.errand().trigger(blocks, "x");
        gate.awaitArrivals(1);
        try (TestErrand third = engine("third", 0)) {
            List<CompletableFuture<String>> answers = Stream.of(works, other, third)
                    .map(client ->
                            client.errand().run(run.id(), blocks).future().toCompletableFuture())
                    .toList();
            gate.open();
            for (CompletableFuture<String> answer : answers) {
                assertThat(answer.get(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo("x");
            }
        }
    }

    @Test
    void aClosedEngineLeavesItsRunsToTheOther() throws InterruptedException { // case 99
        Run<String> run = works.errand().trigger(blocks, "x");
        gate.awaitArrivals(1);
        other.errand().add(blocks);
        works.close();
        gate.awaitArrivals(1);
        gate.open();
        Run<String> seen = other.errand().run(run.id(), blocks);
        assertThat(seen).endsWithin(SOON).isCompleted().hasAttempts(1);
        assertThat(seen.info()).satisfies(info -> {
            assertThat(info.attempt()).isEqualTo(1);
            assertThat(info.redeliveries()).isZero();
        });
        assertThat(other.errand().nodes()).extracting(NodeInfo::name).containsExactly("other");
    }

    @Test
    void anEngineThatNeverWorksTriggersAndWatches() throws InterruptedException {
        gate.open();
        try (TestErrand client = engine("client", 0)) {
            Run<Json> run = client.errand().trigger("blocks", "x");
            assertThat(run.await(SOON)).isEqualTo(new Json("\"x\""));
            assertThat(client.errand().concurrency()).isZero();
        }
    }

    @Test
    @Tag(TestStore.POSTGRES_ONLY) // where nodes have leases
    void anEngineThatNeverWorksRenewsItsLeaseAsWell() throws InterruptedException {
        try (TestErrand client = engine("client", 0)) {
            Soon.await("its lease has ended", () -> {
                TestStore.endLease(url, "client"); // which it may renew before anybody looks
                return client.errand().nodes().stream().noneMatch(NodeInfo::self);
            });
            Soon.await(
                    "it says again that it lives",
                    () -> client.errand().nodes().stream().anyMatch(NodeInfo::self));
            gate.open();
            assertThat(client.errand().trigger("blocks", "x").await(SOON)).isEqualTo(new Json("\"x\""));
        }
    }

    @Test
    void aTaskRemovedElsewhereEndsItsQueuedRuns() throws InterruptedException {
        works.errand().triggerAll(blocks, List.of("1", "2"));
        Run<String> queued = works.errand().trigger(blocks, "3");
        gate.awaitArrivals(2);
        other.errand().remove("blocks");
        assertThat(queued).endsWithin(SOON).hasState(RunState.FAILED);
        gate.open();
    }
}

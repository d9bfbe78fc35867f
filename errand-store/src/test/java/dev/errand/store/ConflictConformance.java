package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.BatchId;
import dev.errand.CancelAnswer;
import dev.errand.Limits;
import dev.errand.OnConflict;
import dev.errand.RunId;
import dev.errand.RunState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of new runs that would have to wait for a limit, where they do not. */
public abstract class ConflictConformance extends StoreTest {
    private static final String OTHER = "other";
    private static final String QUEUE = "mail";
    private static final int CALLERS = 64;
    private static final int KEYS = 4;

    @BeforeEach
    void joinStore() {
        store.join("first", 10);
    }

    private void declare(OnConflict onConflict) {
        Limits limits = Limits.none().concurrency(1).onConflict(onConflict);
        store.queues().declare(List.of(new QueueEntry(QUEUE, limits)));
    }

    private NewRun run(String task) {
        return NewRuns.of(task, clock).options(RunOptions.NONE.withQueue(QUEUE)).build();
    }

    private List<RunId> enqueueTogether(int count) {
        List<NewRun> runs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            runs.add(run(GREET));
        }
        store.enqueue(runs);
        return runs.stream().map(NewRun::id).toList();
    }

    private List<RunState> states(List<RunId> runs) {
        return runs.stream().map(this::state).toList();
    }

    @Test
    void ofRunsThatComeTogetherThoseThatReplaceOthersAreTheLast() {
        declare(OnConflict.REPLACE);
        assertThat(states(enqueueTogether(4)))
                .containsExactly(RunState.CANCELED, RunState.CANCELED, RunState.CANCELED, RunState.QUEUED);
    }

    @Test
    void ofRunsThatComeTogetherThoseThatAreDroppedAreTheLast() {
        declare(OnConflict.DROP);
        assertThat(states(enqueueTogether(3))).containsExactly(RunState.QUEUED, RunState.CANCELED, RunState.CANCELED);
    }

    @Test
    void theFirstRunOfATaskKeepsTheLimitToo() {
        declare(OnConflict.DROP);
        enqueueTogether(1);
        NewRun first = run(OTHER);
        store.enqueue(List.of(first));
        assertThat(state(first.id())).isEqualTo(RunState.CANCELED);
    }

    @Test
    void runsOfBatchesKeepTheLimitToo() {
        declare(OnConflict.DROP);
        List<NewRun> runs = List.of(run(GREET), run(GREET));
        store.batches()
                .create(
                        new BatchEntry(
                                BatchId.next(clock.instant()),
                                null,
                                clock.instant(),
                                runs.size(),
                                null,
                                null,
                                null,
                                null,
                                null,
                                null),
                        runs);
        assertThat(states(runs.stream().map(NewRun::id).toList())).containsExactly(RunState.QUEUED, RunState.CANCELED);
    }

    @Test
    void whatIsHeldIsReplacedByNobody() {
        declare(OnConflict.REPLACE);
        RunId held = enqueueTogether(1).getFirst();
        claimOne();
        List<RunId> others = enqueueTogether(2);
        assertThat(state(held)).isEqualTo(RunState.QUEUED);
        assertThat(states(others)).containsExactly(RunState.CANCELED, RunState.QUEUED);
    }

    @Test
    void whatHasBegunAndWaitedIsReplacedByNobody() {
        declare(OnConflict.REPLACE);
        RunId resumed = enqueueTogether(1).getFirst();
        Instant now = clock.instant();
        record(new Report.Waiting(claimOne(), now, now, List.of(), now, null));
        List<RunId> others = enqueueTogether(2);
        assertThat(state(resumed)).isEqualTo(RunState.QUEUED);
        assertThat(states(others)).containsExactly(RunState.CANCELED, RunState.QUEUED);
        assertThat(claimOne().run()).isEqualTo(resumed);
    }

    @Test
    void whoIsDroppedReplacesNobody() {
        declare(OnConflict.REPLACE);
        store.queues()
                .declare(List.of(new QueueEntry(
                        "task/" + OTHER, Limits.none().concurrency(0).onConflict(OnConflict.DROP))));
        RunId queued = enqueueTogether(1).getFirst();
        NewRun dropped = run(OTHER);
        store.enqueue(List.of(dropped));
        assertThat(states(List.of(queued, dropped.id()))).containsExactly(RunState.QUEUED, RunState.CANCELED);
    }

    @Test
    void whoIsReplacedForItsKeyMakesRoomInTheQueueToo() {
        Limits limits = Limits.none().concurrency(2).concurrencyPerKey(1).onConflict(OnConflict.REPLACE);
        store.queues().declare(List.of(new QueueEntry(QUEUE, limits)));
        NewRun other = keyed("a");
        NewRun replaced = keyed("b");
        NewRun newest = keyed("b");
        List.of(other, replaced, newest).forEach(run -> store.enqueue(List.of(run)));
        assertThat(states(Stream.of(other, replaced, newest).map(NewRun::id).toList()))
                .containsExactly(RunState.QUEUED, RunState.CANCELED, RunState.QUEUED);
    }

    @Test
    void aRunWithAKeyInItsTasksOwnLineCountsOnce() {
        store.queues()
                .declare(List.of(new QueueEntry(
                        "task/" + GREET, Limits.none().concurrency(2).onConflict(OnConflict.DROP))));
        List<RunId> runs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            runs.add(enqueue(NewRuns.of(GREET, clock).options(RunOptions.NONE.withConcurrencyKey("k"))));
        }
        assertThat(states(runs)).containsExactly(RunState.QUEUED, RunState.QUEUED, RunState.CANCELED);
    }

    @Test
    void ofRunsThatWereStoredTogetherOneAfterAnotherIsReplaced() {
        declare(OnConflict.WAIT);
        List<RunId> together = enqueueTogether(3);
        declare(OnConflict.REPLACE);
        List<RunId> next =
                List.of(enqueueTogether(1).getFirst(), enqueueTogether(1).getFirst());
        assertThat(states(together)).containsExactly(RunState.CANCELED, RunState.CANCELED, RunState.QUEUED);
        assertThat(states(next)).containsOnly(RunState.QUEUED);
        store.cancel(together.getLast(), "not needed");
        assertThat(store.queues().find(QUEUE).orElseThrow().waiting()).isEqualTo(2);
    }

    // ── at the same time

    private NewRun keyed(String key) {
        RunOptions options = RunOptions.NONE.withQueue(QUEUE).withConcurrencyKey(key);
        return NewRuns.of(GREET, clock).options(options).build();
    }

    /** 64 callers at once, by two processes, each for one of four keys; all runs by their keys. */
    private Map<String, List<RunId>> race(int perKey, OnConflict policy) throws InterruptedException {
        Limits limits = Limits.none().concurrencyPerKey(perKey).onConflict(policy);
        store.queues().declare(List.of(new QueueEntry(QUEUE, limits)));
        List<Store> processes = List.of(store, open());
        Map<String, List<RunId>> all = new HashMap<>();
        List<Thread> callers = new ArrayList<>();
        CountDownLatch begin = new CountDownLatch(1);
        Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < CALLERS; i++) {
            Store process = processes.get(i / KEYS % 2);
            NewRun run = keyed("k" + i % KEYS);
            all.computeIfAbsent("k" + i % KEYS, key -> new ArrayList<>()).add(run.id());
            callers.add(Thread.startVirtualThread(() -> {
                try {
                    begin.await();
                    process.enqueue(List.of(run));
                } catch (InterruptedException | RuntimeException e) {
                    errors.add(e);
                }
            }));
        }
        begin.countDown();
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(errors).isEmpty();
        return all;
    }

    @Test
    void ofManyAtOnceAsManyOfEachKeyAreKeptAsItsLimitAllows() throws InterruptedException {
        race(2, OnConflict.DROP)
                .forEach((key, runs) -> assertThat(states(runs)).as(key).satisfies(states -> {
                    assertThat(Collections.frequency(states, RunState.QUEUED)).isEqualTo(2);
                    assertThat(Collections.frequency(states, RunState.CANCELED)).isEqualTo(CALLERS / KEYS - 2);
                }));
    }

    @Test
    void ofManyAtOnceEachReplacesOneOfItsKey() throws InterruptedException {
        race(1, OnConflict.REPLACE).forEach((key, runs) -> assertOneIsLeft(key, runs));
    }

    /** Each but one was replaced by another of its key, and no two by the same. */
    private void assertOneIsLeft(String key, List<RunId> runs) {
        List<RunId> left =
                runs.stream().filter(run -> state(run) == RunState.QUEUED).toList();
        assertThat(left).as(key).hasSize(1);
        assertThat(runs.stream()
                        .filter(run -> state(run) == RunState.CANCELED)
                        .map(run -> String.valueOf(info(run).reason())))
                .as(key)
                .hasSize(CALLERS / KEYS - 1)
                .doesNotHaveDuplicates()
                .allSatisfy(reason -> assertThat(runs).anyMatch(run -> reason.contains(run.toString())));
    }

    @Test
    void ofManyAtOnceOneOfEachKeyAsksThatToStopWhichExecutes() throws InterruptedException {
        Limits one = Limits.none().concurrencyPerKey(1);
        store.queues().declare(List.of(new QueueEntry(QUEUE, one)));
        for (int i = 0; i < KEYS; i++) {
            store.enqueue(List.of(keyed("k" + i)));
        }
        List<Claim> executing = claim(store, 10);
        assertThat(executing).hasSize(KEYS);
        executing.forEach(claim -> record(new Report.Started(claim, clock.instant())));
        // when
        Map<String, List<RunId>> runs = race(1, OnConflict.REPLACE_EXECUTING);
        // then
        runs.forEach(this::assertOneIsLeft);
        for (Claim claim : executing) {
            assertThat(store.cancel(claim.run(), "again").answer()).isEqualTo(CancelAnswer.CANCELLING);
            record(completed(claim));
            assertThat(state(claim.run())).isEqualTo(RunState.CANCELED);
        }
        assertThat(executing)
                .extracting(claim -> String.valueOf(info(claim.run()).reason()))
                .doesNotHaveDuplicates()
                .allSatisfy(reason -> assertThat(reason).contains("replaced by"));
        assertThat(claim(store, 10)).hasSize(KEYS);
    }
}

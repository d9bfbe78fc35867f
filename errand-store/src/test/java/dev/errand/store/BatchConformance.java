package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.BatchId;
import dev.errand.Retention;
import dev.errand.RetryAnswer;
import dev.errand.RunId;
import dev.errand.RunState;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Batches: stored with their runs, gone through as those end, and ended once. */
public abstract class BatchConformance extends StoreTest {
    @BeforeEach
    void join() {
        store.join("first", 10);
    }

    private BatchEntry entry(int size) {
        Instant now = clock.instant();
        return new BatchEntry(BatchId.next(now), "import", now, size, GREET, "alarm", null, null, null, null);
    }

    private BatchId create(List<NewRun> runs) {
        BatchEntry batch = entry(runs.size());
        store.batches().create(batch, runs);
        return batch.id();
    }

    private void end(Claim claim, RunState state) {
        assertThat(record(ended(claim, state, null, false))).isEqualTo(Receipt.RECORDED);
    }

    private NewRun callback() {
        return NewRuns.of("callback", clock).build();
    }

    @Test
    void aBatchIsStoredWithItsRunsInTheirOrder() {
        List<NewRun> runs = NewRuns.many(700, GREET, clock);
        BatchEntry batch = entry(runs.size());
        store.batches().create(batch, runs);
        assertThat(store.batches().find(batch.id())).contains(batch);
        assertThat(store.batches().runs(batch.id()))
                .isEqualTo(runs.stream().map(NewRun::id).toList());
        assertThat(claim(store, 1_000))
                .extracting(Claim::run)
                .containsExactlyElementsOf(store.batches().runs(batch.id()));
        assertThat(store.batches().counts(batch.id()).open()).hasSize(700);
        assertThat(store.batches().find(BatchId.next(clock.instant()))).isEmpty();
    }

    @Test
    void theSameBatchAgainChangesNothing() {
        List<NewRun> runs = NewRuns.many(3, GREET, clock);
        BatchEntry batch = entry(3);
        store.batches().create(batch, runs);
        store.batches().create(batch, runs);
        assertThat(store.batches().runs(batch.id())).hasSize(3);
        assertThat(events(store)).hasSize(3);
    }

    @Test
    void itIsCompleteOnceAllHaveEndedInWhateverOrder() {
        BatchId batch = create(NewRuns.many(3, GREET, clock));
        List<Claim> claims = claim(store, 3);
        assertThat(store.batches().advance(batch)).isEqualTo(BatchDue.NOTHING);
        assertThat(store.batches().ready(10)).isEmpty();

        end(claims.get(2), RunState.COMPLETED);
        assertThat(store.batches().ready(10)).as("the first has not ended").isEmpty();
        end(claims.get(0), RunState.COMPLETED);
        assertThat(store.batches().ready(10)).containsExactly(batch);
        assertThat(store.batches().advance(batch)).isEqualTo(BatchDue.NOTHING);
        assertThat(store.batches().ready(10)).isEmpty();

        end(claims.get(1), RunState.COMPLETED);
        assertThat(store.batches().ready(10)).containsExactly(batch);
        assertThat(store.batches().advance(batch)).isEqualTo(new BatchDue(false, true));
        assertThat(store.batches().ready(10)).as("until it is done").containsExactly(batch);

        NewRun callback = callback();
        clock.advance(MINUTE);
        assertThat(store.batches().complete(batch, callback)).isTrue();
        assertThat(store.batches().complete(batch, callback())).as("once more").isFalse();
        BatchEntry complete = store.batches().find(batch).orElseThrow();
        assertThat(complete.completedAt()).isEqualTo(clock.instant());
        assertThat(complete.completionRun()).isEqualTo(callback.id());
        assertThat(state(callback.id())).isEqualTo(RunState.QUEUED);
        assertThat(store.batches().advance(batch)).isEqualTo(BatchDue.NOTHING);
        assertThat(store.batches().ready(10)).isEmpty();
    }

    @Test
    void aFailureIsFoundThoughRunsBeforeItHaveNotEnded() {
        BatchId batch = create(NewRuns.many(3, GREET, clock));
        List<Claim> claims = claim(store, 3);
        end(claims.get(1), RunState.COMPLETED);
        assertThat(store.batches().failing(10)).isEmpty();
        end(claims.get(2), RunState.EXPIRED);
        assertThat(store.batches().failing(10)).containsExactly(batch);
        assertThat(store.batches().fail(batch, callback())).isTrue();
        assertThat(store.batches().failing(10)).as("it is known").isEmpty();
    }

    @Test
    void anyEndButAGoodOneIsAFailureOfWhichIsToldOnce() {
        BatchId batch = create(NewRuns.many(3, GREET, clock));
        List<Claim> claims = claim(store, 3);
        end(claims.get(0), RunState.TIMED_OUT);
        assertThat(store.batches().advance(batch)).isEqualTo(new BatchDue(true, false));
        NewRun callback = callback();
        assertThat(store.batches().fail(batch, callback)).isTrue();
        assertThat(store.batches().fail(batch, callback())).isFalse();
        assertThat(store.batches().find(batch).orElseThrow().failureRun()).isEqualTo(callback.id());
        assertThat(state(callback.id())).isEqualTo(RunState.QUEUED);

        end(claims.get(1), RunState.FAILED);
        end(claims.get(2), RunState.COMPLETED);
        assertThat(store.batches().advance(batch)).isEqualTo(new BatchDue(false, true));
        BatchCounts counts = store.batches().counts(batch);
        assertThat(counts.ended()).isEqualTo(Map.of(RunState.TIMED_OUT, 1, RunState.FAILED, 1, RunState.COMPLETED, 1));
        assertThat(counts.open()).isEmpty();
    }

    @Test
    void oneThatIsRetriedByHandIsWaitedForOnceMore() {
        BatchId batch = create(NewRuns.many(2, GREET, clock));
        List<Claim> claims = claim(store, 2);
        record(failed(claims.get(0), true));
        assertThat(store.batches().advance(batch)).isEqualTo(new BatchDue(true, false));
        assertThat(store.retry(claims.get(0).run(), 5, null, false)).isEqualTo(RetryAnswer.RETRIED);
        end(claims.get(1), RunState.COMPLETED);
        assertThat(store.batches().advance(batch).completion()).isFalse();
        assertThat(store.batches().counts(batch).open())
                .containsExactly(claims.get(0).run());
        end(claimOne(), RunState.COMPLETED);
        assertThat(store.batches().advance(batch).completion()).isTrue();
    }

    @Test
    void whatWasPurgedHasEnded() {
        BatchId batch = create(NewRuns.many(2, GREET, clock));
        List<RunId> runs = store.batches().runs(batch);
        store.purge(runs.get(0), false);
        store.cancel(runs.get(1), "enough");
        assertThat(store.batches().advance(batch)).isEqualTo(new BatchDue(true, true));
        BatchCounts counts = store.batches().counts(batch);
        assertThat(counts.gone()).isEqualTo(1);
        assertThat(counts.ended()).isEqualTo(Map.of(RunState.CANCELED, 1));
        assertThat(store.batches().runs(batch)).isEqualTo(runs);
    }

    @Test
    void aBatchWithoutRunsIsStoredComplete() {
        NewRun callback = callback();
        Instant now = clock.instant();
        BatchEntry batch =
                new BatchEntry(BatchId.next(now), null, now, 0, "callback", null, null, null, now, callback.id());
        store.batches().create(batch, List.of(callback));
        assertThat(store.batches().find(batch.id())).contains(batch);
        assertThat(store.batches().runs(batch.id())).isEmpty();
        assertThat(store.batches().ready(10)).isEmpty();
        assertThat(state(callback.id())).isEqualTo(RunState.QUEUED);
    }

    @Test
    void inATransactionOfAUsersItExistsFromTheCommitOnOrNever() throws SQLException {
        List<NewRun> runs = NewRuns.many(3, GREET, clock);
        BatchEntry lost = entry(3);
        BatchEntry kept = entry(3);
        try (Connection connection = connect()) {
            store.batches().create(connection, lost, NewRuns.many(3, GREET, clock));
            connection.rollback();
            store.batches().create(connection, kept, runs);
            connection.commit();
        }
        assertThat(store.batches().find(lost.id())).isEmpty();
        assertThat(store.batches().find(kept.id())).contains(kept);
        assertThat(store.batches().runs(kept.id())).hasSize(3);
        assertThat(claim(store, 10)).hasSize(3);
    }

    @Test
    void whoAsksForOneInAnOpenTransactionCanWaitForThat() throws Exception {
        BatchEntry batch = entry(1);
        RunId asRun = new RunId(batch.id().high(), batch.id().low());
        try (Connection connection = connect()) {
            store.batches().create(connection, batch, NewRuns.many(1, GREET, clock));
            assertThat(store.settled(asRun, Duration.ofMillis(100))).isFalse();
            connection.commit();
        }
        assertThat(store.settled(asRun, Duration.ofMinutes(1))).isTrue();
        assertThat(store.batches().find(batch.id())).isPresent();
    }

    @Test
    void ofManyWhoEndItOneDoes() throws Exception {
        BatchId batch = create(NewRuns.many(2, GREET, clock));
        claim(store, 2).forEach(claim -> end(claim, RunState.COMPLETED));
        Store other = openNode("other");
        CyclicBarrier start = new CyclicBarrier(4);
        try (var threads = Executors.newFixedThreadPool(4)) {
            List<Future<Boolean>> all = new java.util.ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                BatchStore batches = (thread % 2 == 0 ? store : other).batches();
                NewRun callback = callback();
                all.add(threads.submit(() -> {
                    start.await();
                    return batches.advance(batch).completion() && batches.complete(batch, callback);
                }));
            }
            int ended = 0;
            for (Future<Boolean> one : all) {
                ended += one.get(60, TimeUnit.SECONDS) ? 1 : 0;
            }
            assertThat(ended).isEqualTo(1);
        }
        assertThat(store.list(dev.errand.RunQuery.all().tasks("callback")).items())
                .hasSize(1);
    }

    @Test
    void itIsDeletedWhenAllItsRunsMayBe() {
        BatchId batch = create(NewRuns.many(2, GREET, clock));
        claim(store, 2).forEach(claim -> end(claim, RunState.COMPLETED));
        store.batches().advance(batch);
        store.batches().complete(batch, null);
        Retention retention = new Retention(MINUTE, MINUTE.multipliedBy(3), MINUTE);
        clock.advance(MINUTE.multipliedBy(2));
        store.prune(retention, 100);
        assertThat(store.batches().find(batch)).isPresent();
        assertThat(store.batches().counts(batch).gone()).isEqualTo(2);
        clock.advance(MINUTE.multipliedBy(2));
        store.prune(Retention.forever(), 100);
        assertThat(store.batches().find(batch)).isPresent();
        store.prune(retention, 100);
        assertThat(store.batches().find(batch)).isEmpty();
        assertThat(store.batches().runs(batch)).isEmpty();
    }
}

package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Attempt;
import dev.errand.CancelAnswer;
import dev.errand.FailureKind;
import dev.errand.PurgeAnswer;
import dev.errand.PurgeCounts;
import dev.errand.RescheduleAnswer;
import dev.errand.RetryAnswer;
import dev.errand.RunId;
import dev.errand.RunState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators ask of one run, and the answers. */
public abstract class RequestConformance extends StoreTest {
    private long node;

    @BeforeEach
    void joinStore() {
        node = store.join("first", 10);
    }

    @Test
    void aQueuedRunIsCanceledAtOnce() {
        RunId run = enqueueGreet();
        assertThat(store.cancel(run, "not needed")).isEqualTo(new CancelReceipt(CancelAnswer.OK, 0));
        assertThat(state(run)).isEqualTo(RunState.CANCELED);
        assertThat(info(run).reason()).isEqualTo("not needed");
        assertNothingClaimable(store);
        assertThat(store.cancel(run, "again").answer()).isEqualTo(CancelAnswer.NOT_FOUND);
        assertThat(info(run).reason()).isEqualTo("not needed");
    }

    @Test
    void delayedAndRetryingRunsAreCanceledAtOnce() {
        RunId delayed = enqueue(NewRuns.of(GREET, clock).in(MINUTE));
        RunId retrying = enqueueGreet();
        record(retried(claimOne(), MINUTE));
        assertThat(store.cancel(delayed, "x").answer()).isEqualTo(CancelAnswer.OK);
        assertThat(store.cancel(retrying, "x").answer()).isEqualTo(CancelAnswer.OK);
        assertThat(state(delayed)).isEqualTo(RunState.CANCELED);
        assertThat(state(retrying)).isEqualTo(RunState.CANCELED);
        assertThat(info(retrying).attempt()).isEqualTo(1);
        assertThat(store.attempts(retrying)).hasSize(1);
    }

    @Test
    void theHolderOfAClaimedRunIsAskedToStop() {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        Store other = open();
        assertThat(other.cancel(run, "stop")).isEqualTo(new CancelReceipt(CancelAnswer.OK, node));
        assertThat(other.cancel(run, "stop now")).isEqualTo(new CancelReceipt(CancelAnswer.CANCELLING, node));
        assertThat(store.cancelRequests()).containsExactly(new CancelRequest(run, claim.id(), "stop"));
        assertThat(other.cancelRequests()).isEmpty();
        assertThat(info(run).cancelRequested()).isTrue();
        record(ended(claim, RunState.CANCELED, null, false));
        assertThat(state(run)).isEqualTo(RunState.CANCELED);
        assertThat(info(run).cancelRequested()).isFalse();
        assertThat(store.cancelRequests()).isEmpty();
    }

    @Test
    void nobodyCancelsWhatIsUnknownOrOver() {
        RunId run = enqueueGreet();
        record(completed(claimOne()));
        assertThat(store.cancel(run, "x").answer()).isEqualTo(CancelAnswer.NOT_FOUND);
        assertThat(store.cancel(RunId.next(), "x").answer()).isEqualTo(CancelAnswer.NOT_FOUND);
        assertThat(state(run)).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void childrenAreCanceledWithTheirParentAndTheirsWithThem() { // case 154
        RunId parent = enqueueGreet();
        Claim claim = claimOne();
        RunId child = enqueue(NewRuns.of(GREET, clock).options(NewRuns.childOf(parent)));
        RunId delayed = enqueue(NewRuns.of("other", clock).in(MINUTE).options(NewRuns.childOf(parent)));
        RunId grandchild = enqueue(NewRuns.of(GREET, clock).options(NewRuns.childOf(child)));
        RunId stranger = enqueueGreet();
        assertThat(info(child).parent()).isEqualTo(parent);
        assertThat(store.cancel(parent, "stop").answer()).isEqualTo(CancelAnswer.OK);
        assertThat(List.of(child, delayed, grandchild))
                .allSatisfy(run -> assertThat(state(run)).isEqualTo(RunState.CANCELED));
        assertThat(info(child).reason()).isEqualTo("its parent " + parent + " was canceled");
        assertThat(info(parent).cancelRequested()).isTrue();
        assertThat(state(stranger)).isEqualTo(RunState.QUEUED);
        record(ended(claim, RunState.CANCELED, null, false));
    }

    @Test
    void aChildThatExecutesIsAskedToStopWithItsParent() {
        RunId parent = enqueueGreet();
        RunId child = enqueue(NewRuns.of(GREET, clock).options(NewRuns.childOf(parent)));
        List<Claim> claims = claim(store, 2);
        record(new Report.Started(claims.getLast(), clock.instant()));
        store.cancel(parent, "stop");
        assertThat(store.cancelRequests()).extracting(CancelRequest::run).containsExactlyInAnyOrder(parent, child);
    }

    @Test
    void childrenThatHaveEndedStayAsTheyAre() {
        RunId parent = enqueueGreet();
        record(retried(claimOne(), MINUTE));
        RunId child = enqueue(NewRuns.of(GREET, clock).options(NewRuns.childOf(parent)));
        record(completed(claimOne()));
        store.cancel(parent, "stop");
        assertThat(state(parent)).isEqualTo(RunState.CANCELED);
        assertThat(state(child)).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void aFailedRunIsRetriedAsTheSameRun() {
        // case 32
        RunId run = enqueueGreet();
        Report.Ended first = failed(claimOne(), true);
        record(first);
        clock.advance(MINUTE);
        Instant expires = clock.instant().plus(MINUTE);
        assertThat(store.retry(run, 3, expires, false)).isEqualTo(RetryAnswer.RETRIED);
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
        assertThat(info(run).failure()).isNull();
        assertThat(info(run).endedAt()).isNull();
        assertThat(info(run).expiresAt()).isEqualTo(expires);
        Claim claim = claimOne();
        assertThat(claim.attempt()).isEqualTo(2);
        assertThat(claim.expiresAt()).isEqualTo(expires);
        record(completed(claim));
        assertThat(info(run).startedAt()).isEqualTo(clock.instant());
        assertThat(store.attempts(run)).extracting(Attempt::number).containsExactly(1, 2);
        assertThat(store.attempts(run).getFirst().failure()).isEqualTo(first.failure());
    }

    @Test
    void aRetryingRunStartsNowInsteadOfLater() {
        RunId run = enqueueGreet();
        record(retried(claimOne(), MINUTE));
        assertThat(store.retry(run, 3, null, false)).isEqualTo(RetryAnswer.RETRIED);
        assertThat(claimOne().attempt()).isEqualTo(2);
    }

    @Test
    void retriesAreRefusedWithAReason() {
        RunId exhausted = endAs(FailureKind.ERROR);
        RunId declared = endAs(FailureKind.DECLARED);
        RunId payload = endAs(FailureKind.PAYLOAD);
        RunId queued = enqueueGreet();
        assertThat(store.retry(exhausted, 1, null, false)).isEqualTo(RetryAnswer.NO_ATTEMPTS_LEFT);
        assertThat(store.retry(declared, 5, null, false)).isEqualTo(RetryAnswer.NOT_RETRIABLE);
        assertThat(store.retry(payload, 5, null, false)).isEqualTo(RetryAnswer.NOT_RETRIABLE);
        assertThat(store.retry(queued, 5, null, false)).isEqualTo(RetryAnswer.NOT_FAILED);
        assertThat(store.retry(RunId.next(), 5, null, false)).isEqualTo(RetryAnswer.NOT_FOUND);
        assertThat(List.of(state(exhausted), state(declared), state(payload))).containsOnly(RunState.FAILED);
    }

    @Test
    void completedRunsAreNeverRetried() {
        // case 34
        RunId run = enqueueGreet();
        record(completed(claimOne()));
        assertThat(store.retry(run, 5, null, true)).isEqualTo(RetryAnswer.NOT_FAILED);
        assertThat(state(run)).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void forceRetriesAnyFailureAndCrashedRuns() {
        RunId declared = endAs(FailureKind.DECLARED);
        RunId crashed = enqueueGreet();
        record(ended(claimOne(), RunState.CRASHED, null, false));
        assertThat(store.retry(crashed, 5, null, false)).isEqualTo(RetryAnswer.NOT_FAILED);
        assertThat(store.retry(declared, 1, null, true)).isEqualTo(RetryAnswer.RETRIED);
        assertThat(store.retry(crashed, 1, null, true)).isEqualTo(RetryAnswer.RETRIED);
        assertThat(claim(store, 2)).extracting(Claim::run).containsExactly(declared, crashed);
    }

    @Test
    void aDelayedRunIsMoved() {
        RunId run = enqueue(NewRuns.of(GREET, clock).in(MINUTE));
        Instant later = clock.instant().plus(Duration.ofHours(1));
        Instant expires = later.plus(MINUTE);
        assertThat(store.reschedule(run, later, expires)).isEqualTo(RescheduleAnswer.RESCHEDULED);
        assertThat(info(run).dueAt()).isEqualTo(later);
        assertThat(info(run).expiresAt()).isEqualTo(expires);
        assertThat(store.advance()).contains(later);
        assertThat(store.reschedule(run, clock.instant(), null)).isEqualTo(RescheduleAnswer.RESCHEDULED);
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
        assertThat(claimOne().run()).isEqualTo(run);
    }

    @Test
    void onlyADelayedRunIsMoved() {
        RunId run = enqueueGreet();
        Instant due = clock.instant().plus(MINUTE);
        assertThat(store.reschedule(run, due, null)).isEqualTo(RescheduleAnswer.NOT_DELAYED);
        assertThat(store.reschedule(RunId.next(), due, null)).isEqualTo(RescheduleAnswer.NOT_FOUND);
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
    }

    @Test
    void aPurgedRunLeavesNoTrace() {
        RunId run = enqueue(NewRuns.of(GREET, clock).tagged("t").named("n"));
        record(completed(claimOne()));
        assertThat(store.purge(run, false)).isEqualTo(PurgeAnswer.PURGED);
        assertThat(store.find(run)).isEmpty();
        assertThat(store.attempts(run)).isEmpty();
        assertThat(store.list(dev.errand.RunQuery.all().tags("t")).items()).isEmpty();
        assertThat(store.purge(run, false)).isEqualTo(PurgeAnswer.NOT_FOUND);
    }

    @Test
    void aRunThatIsHeldIsPurgedByForceOnly() {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        record(new Report.Started(claim, clock.instant()));
        assertThat(store.purge(run, false)).isEqualTo(PurgeAnswer.EXECUTING);
        assertThat(state(run)).isEqualTo(RunState.EXECUTING);
        assertThat(store.purge(run, true)).isEqualTo(PurgeAnswer.PURGED);
        assertThat(record(completed(claim))).isEqualTo(Receipt.LOST);
        assertThat(store.find(run)).isEmpty();
    }

    @Test
    void manyRunsArePurgedTogetherWhereverTheyStand() {
        List<NewRun> together = NewRuns.many(9, GREET, clock);
        store.enqueue(together);
        List<Claim> claims = claim(store, 6);
        record(completed(claims.get(0)));
        record(new Report.Started(claims.get(1), clock.instant()));
        RunId ended = claims.get(0).run();
        RunId executing = claims.get(1).run();
        RunId claimed = claims.get(2).run();
        RunId queued = together.getLast().id();
        RunId delayed = enqueue(NewRuns.of(GREET, clock).in(MINUTE));
        List<RunId> some = List.of(executing, RunId.next(), delayed, ended, claimed, queued, ended);
        assertThat(store.purge(some, false)).isEqualTo(new PurgeCounts(3, 2));
        assertThat(state(executing)).isEqualTo(RunState.EXECUTING);
        assertThat(store.find(ended)).isEmpty();
        assertThat(store.purge(some, true)).isEqualTo(new PurgeCounts(2, 0));
        assertThat(store.purge(some, true)).isEqualTo(new PurgeCounts(0, 0));
        assertThat(some).allSatisfy(run -> assertThat(store.find(run)).isEmpty());
        assertThat(record(completed(claims.get(1)))).isEqualTo(Receipt.LOST);
        assertThat(record(completed(claims.get(2)))).isEqualTo(Receipt.LOST);
        for (Claim left : claims.subList(3, 6)) {
            assertThat(record(completed(left)))
                    .as("its neighbours are as they were")
                    .isEqualTo(Receipt.RECORDED);
        }
        assertThat(claimNow(store, 100)).hasSize(2);
    }

    @Test
    void hundredsThatHaveEndedArePurgedTogether() {
        List<NewRun> all = NewRuns.many(450, GREET, clock);
        store.enqueue(all);
        List<Report> ends = new ArrayList<>();
        while (ends.size() < all.size() - 1) {
            List<Claim> claims = claim(store, all.size() - 1 - ends.size());
            claims.forEach(claim -> ends.add(completed(claim)));
        }
        await(store.record(ends));
        List<RunId> ids = all.stream().map(NewRun::id).toList();
        assertThat(store.purge(ids.subList(0, 449), false)).isEqualTo(new PurgeCounts(449, 0));
        assertThat(store.purge(ids, false)).as("the one that waits").isEqualTo(new PurgeCounts(1, 0));
        assertNothingClaimable(store);
    }

    @Test
    void runsAheadAreCountedSoFar() {
        store.enqueue(NewRuns.many(10, "other", clock));
        store.enqueue(NewRuns.many(10, GREET, clock));
        RunId run = enqueueGreet();
        RunId delayed = enqueue(NewRuns.of(GREET, clock).in(MINUTE));
        assertThat(store.ahead(run, 100)).isEqualTo(20);
        assertThat(store.ahead(run, 15)).isEqualTo(15);
        assertThat(store.ahead(delayed, 100)).isZero();
        claim(store, 4);
        assertThat(store.ahead(run, 100)).isEqualTo(16);
    }

    private RunId endAs(FailureKind kind) {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        record(ended(claim, RunState.FAILED, failure(claim, kind), false));
        return run;
    }

    @Test
    void aRescheduledRunIsStillFound() {
        for (Duration delay : List.of(MINUTE, Duration.ZERO)) {
            RunId run = enqueue(NewRuns.of(GREET, clock).in(MINUTE.multipliedBy(5)));
            assertThat(store.reschedule(run, clock.instant().plus(delay), null))
                    .isEqualTo(RescheduleAnswer.RESCHEDULED);
            clock.advance(delay);
            store.advance();
            assertThat(state(run)).isEqualTo(RunState.QUEUED);
            assertThat(store.cancel(run, "found").answer()).isEqualTo(CancelAnswer.OK);
            assertThat(state(run)).isEqualTo(RunState.CANCELED);
        }
    }
}

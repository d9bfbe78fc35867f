package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Event;
import dev.errand.Failure;
import dev.errand.FailureKind;
import dev.errand.Retention;
import dev.errand.RunId;
import dev.errand.RunState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What time does to runs: due, expired, past their retention. */
public abstract class TimeConformance extends StoreTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void aDelayedRunIsQueuedWhenItIsDue() {
        RunId run = enqueue(NewRuns.of(GREET, clock).in(MINUTE));
        Instant due = clock.instant().plus(MINUTE);
        assertThat(state(run)).isEqualTo(RunState.DELAYED);
        assertThat(store.advance()).contains(due);
        clock.advance(MINUTE.minusMillis(1));
        assertThat(store.advance()).contains(due);
        assertThat(state(run)).isEqualTo(RunState.DELAYED);
        clock.advance(Duration.ofMillis(1));
        assertThat(store.advance()).isEmpty();
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
    }

    @Test
    void delayedRunsTakeTheirPlaceByDueTime() {
        store.join("node", 1);
        RunId delayed = enqueue(NewRuns.of(GREET, clock).in(Duration.ofSeconds(10)));
        clock.advance(Duration.ofSeconds(20));
        RunId late = enqueueGreet();
        store.advance();
        assertThat(claim(store, 2)).extracting(Claim::run).containsExactly(delayed, late);
    }

    @Test
    void aQueuedRunExpires() {
        RunId run = enqueue(NewRuns.of(GREET, clock).expiresIn(MINUTE));
        assertThat(store.advance()).contains(clock.instant().plus(MINUTE));
        clock.advance(MINUTE);
        store.advance();
        assertThat(state(run)).isEqualTo(RunState.EXPIRED);
        assertThat(info(run).attempt()).isZero();
        assertThat(info(run).reason()).isNotEmpty();
        assertThat(info(run).endedAt()).isEqualTo(clock.instant());
        assertThat(store.attempts(run)).isEmpty();
    }

    @Test
    void aClaimedRunDoesNotExpireUnderItsHolder() {
        store.join("node", 1);
        RunId run = enqueue(NewRuns.of(GREET, clock).expiresIn(MINUTE));
        Claim claim = claimOne();
        clock.advance(MINUTE);
        store.advance();
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
        record(new Report.Released(claim));
        store.advance();
        assertThat(state(run)).isEqualTo(RunState.EXPIRED);
    }

    @Test
    void aRunThatStartedOnceDoesNotExpire() {
        store.join("node", 1);
        RunId run = enqueue(NewRuns.of(GREET, clock).expiresIn(MINUTE));
        record(retried(claimOne(), MINUTE.multipliedBy(2)));
        clock.advance(MINUTE);
        store.advance();
        assertThat(state(run)).isEqualTo(RunState.RETRYING);
    }

    @Test
    void manyDueRunsAreQueuedInSeveralSlices() {
        List<NewRun> runs = new ArrayList<>();
        for (int i = 0; i < 2500; i++) {
            runs.add(NewRuns.of(GREET, clock).in(MINUTE).build());
        }
        store.enqueue(runs);
        clock.advance(MINUTE);
        int rounds = 1;
        for (Optional<Instant> next = store.advance(); next.isPresent(); next = store.advance()) {
            assertThat(next.get()).isBefore(clock.instant());
            assertThat(rounds++).isLessThan(2500);
        }
        store.join("node", 1);
        assertThat(claim(store, 10_000)).hasSize(2500);
    }

    @Test
    void queuedRunsOfARemovedTaskFail() {
        declare("Greet");
        RunId queued = enqueueGreet();
        RunId delayed = enqueue(NewRuns.of(GREET, clock).in(MINUTE));
        RunId other = enqueue(NewRuns.of("other", clock));
        store.removeTask("gReet");
        store.advance();
        assertThat(state(queued)).isEqualTo(RunState.FAILED);
        Failure failure = info(queued).failure();
        assertThat(failure).isNotNull();
        assertThat(failure.kind()).isEqualTo(FailureKind.NO_TASK);
        assertThat(failure.message()).contains("Greet");
        assertThat(failure.attempt()).isZero();
        assertThat(state(other)).isEqualTo(RunState.QUEUED);
        clock.advance(MINUTE);
        store.advance();
        store.advance();
        assertThat(state(delayed)).isEqualTo(RunState.FAILED);
    }

    @Test
    void runsOfARemovedTaskAreNotClaimed() {
        store.join("node", 1);
        declare(GREET);
        store.removeTask(GREET);
        enqueueGreet();
        assertNothingClaimable(store);
        declare(GREET);
        assertThat(claim(store, 1)).hasSize(1);
    }

    @Test
    void endedRunsAreDeletedAfterTheirRetention() {
        store.join("node", 1);
        RunId completed = enqueue(NewRuns.of(GREET, clock).tagged("t").named("n"));
        record(completed(claimOne()));
        RunId failed = enqueueGreet();
        record(failed(claimOne(), false));
        RunId retriable = enqueueGreet();
        record(failed(claimOne(), true));
        RunId canceled = enqueueGreet();
        store.cancel(canceled, "no");
        RunId queued = enqueueGreet();
        Retention retention = new Retention(MINUTE, HOUR, null);
        assertThat(store.prune(retention, 100)).isZero();
        clock.advance(MINUTE);
        assertThat(store.prune(retention, 100)).isEqualTo(1);
        assertThat(store.find(completed)).isEmpty();
        assertThat(store.find(failed)).isPresent();
        clock.advance(HOUR.multipliedBy(48));
        assertThat(store.prune(retention, 100)).isEqualTo(1);
        assertThat(store.find(failed)).isEmpty();
        assertThat(store.find(retriable)).isPresent();
        assertThat(store.find(canceled)).isPresent();
        assertThat(store.find(queued)).isPresent();
        assertThat(store.prune(Retention.all(Duration.ZERO), 100)).isEqualTo(1);
        assertThat(store.find(canceled)).isEmpty();
    }

    @Test
    void noMoreRunsAreDeletedThanAskedFor() {
        store.join("node", 1);
        store.enqueue(NewRuns.many(20, GREET, clock));
        List<Report> ends = new ArrayList<>();
        claim(store, 20).forEach(claim -> ends.add(completed(claim)));
        await(store.record(ends));
        assertThat(store.prune(Retention.all(Duration.ZERO), 7)).isEqualTo(7);
        assertThat(store.prune(Retention.all(Duration.ZERO), 100)).isEqualTo(13);
        assertThat(store.prune(Retention.all(Duration.ZERO), 100)).isZero();
    }

    @Test
    void oldEventsAreDeletedAndYoungOnesStay() {
        enqueueGreet();
        clock.advance(HOUR.multipliedBy(25));
        RunId young = enqueueGreet();
        clock.advance(HOUR);
        EventCursor last = store.lastEvent();
        store.prune(Retention.forever(), 100);
        assertThat(events(store)).extracting(Event::run).containsExactly(young);
        clock.advance(HOUR.multipliedBy(48));
        store.prune(Retention.forever(), 100);
        assertThat(events(store)).isEmpty();
        RunId late = enqueueGreet();
        assertThat(store.events(last, 100).events())
                .as("a cursor outlives what it was read from")
                .extracting(Event::run)
                .containsExactly(late);
    }

    private void declare(String task) {
        store.declare(List.of(new TaskEntry(task, List.of(), "{}", clock.instant())));
    }
}

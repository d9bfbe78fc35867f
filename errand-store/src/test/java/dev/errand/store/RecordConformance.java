package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Attempt;
import dev.errand.CancelAnswer;
import dev.errand.Json;
import dev.errand.Limits;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Recording: what came of claims, and that only their holder says so. */
public abstract class RecordConformance extends StoreTest {
    @BeforeEach
    void joinStore() {
        store.join("first", 10);
    }

    @Test
    void aRunThatEndedReadsSo() {
        RunId id = enqueueGreet();
        Claim claim = claimOne();
        Instant started = clock.instant();
        clock.advance(Duration.ofSeconds(3));
        Report.Ended end = new Report.Ended(
                claim,
                RunState.COMPLETED,
                started,
                clock.instant(),
                "[1]".getBytes(StandardCharsets.UTF_8),
                null,
                null,
                false);
        assertThat(record(end)).isEqualTo(Receipt.RECORDED);
        RunInfo info = info(id);
        assertThat(info.state()).isEqualTo(RunState.COMPLETED);
        assertThat(info.attempt()).isEqualTo(1);
        assertThat(info.startedAt()).isEqualTo(started);
        assertThat(info.endedAt()).isEqualTo(clock.instant());
        assertThat(info.dueAt()).isNull();
        assertThat(info.output()).isEqualTo(new Json("[1]"));
        long node = store.nodes().getFirst().number();
        assertThat(info.node()).isEqualTo(node);
        assertThat(store.attempts(id))
                .containsExactly(new Attempt(1, RunState.COMPLETED, node, started, clock.instant(), null, null));
    }

    @Test
    void aFailureIsKeptWithTheRun() {
        RunId id = enqueueGreet();
        Report.Ended end = failed(claimOne(), true);
        record(end);
        assertThat(info(id).failure()).isEqualTo(end.failure());
        assertThat(info(id).reason()).isEqualTo("because");
        assertThat(store.attempts(id)).extracting(Attempt::failure).containsExactly(end.failure());
    }

    @Test
    void anEndSurvivesReopening() {
        RunId id = enqueueGreet();
        record(completed(claimOne()));
        reopen();
        assertThat(state(id)).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void manyEndsAreRecordedAtOnce() {
        store.enqueue(NewRuns.many(300, GREET, clock));
        List<Report> ends = new ArrayList<>();
        claim(store, 100).forEach(claim -> ends.add(completed(claim)));
        claim(store, 200).forEach(claim -> ends.add(failed(claim, false)));
        assertThat(await(store.record(ends))).hasSize(300).containsOnly(Receipt.RECORDED);
        for (Report end : ends) {
            assertThat(state(end.claim().run())).isEqualTo(((Report.Ended) end).state());
        }
    }

    @Test
    void aStartedRunIsExecuting() {
        RunId id = enqueue(NewRuns.of(GREET, clock).expiresIn(MINUTE));
        Claim claim = claimOne();
        assertThat(state(id)).isEqualTo(RunState.QUEUED);
        record(new Report.Started(claim, clock.instant()));
        assertThat(state(id)).isEqualTo(RunState.EXECUTING);
        assertThat(info(id).attempt()).isEqualTo(1);
        assertThat(info(id).startedAt()).isEqualTo(clock.instant());
        assertThat(info(id).dueAt()).isNull();
        assertThat(store.attempts(id)).extracting(Attempt::state).containsExactly(RunState.EXECUTING);
        clock.advance(MINUTE);
        store.advance();
        assertThat(state(id)).as("no expiry once started").isEqualTo(RunState.EXECUTING);
    }

    @Test
    void aRetriedRunWaitsForItsNextAttempt() {
        RunId id = enqueueGreet();
        Claim claim = claimOne();
        Report.Retried retried = retried(claim, MINUTE);
        assertThat(record(retried)).isEqualTo(Receipt.RECORDED);
        assertThat(state(id)).isEqualTo(RunState.RETRYING);
        assertThat(info(id).attempt()).isEqualTo(1);
        assertThat(info(id).failure()).isEqualTo(retried.failure());
        assertThat(info(id).dueAt()).isEqualTo(clock.instant().plus(MINUTE));
        assertNothingClaimable(store);
        clock.advance(MINUTE);
        store.advance();
        assertThat(state(id)).isEqualTo(RunState.QUEUED);
        assertThat(info(id).failure()).isNull();
        Claim second = claimOne();
        assertThat(second.attempt()).isEqualTo(2);
        record(completed(second));
        assertThat(store.attempts(id)).extracting(Attempt::number).containsExactly(1, 2);
        assertThat(store.attempts(id))
                .extracting(Attempt::state)
                .containsExactly(RunState.RETRYING, RunState.COMPLETED);
        assertThat(info(id).startedAt()).isEqualTo(retried.startedAt());
    }

    @Test
    void aRetryWithoutDelayIsQueuedAtOnce() {
        RunId id = enqueueGreet();
        record(retried(claimOne(), Duration.ZERO));
        assertThat(state(id)).isEqualTo(RunState.QUEUED);
        assertThat(claimOne().attempt()).isEqualTo(2);
    }

    @Test
    void aReleasedRunIsBackAtItsOldPlace() {
        RunId first = enqueueGreet();
        RunId second = enqueueGreet();
        Claim claim = claimOne();
        assertThat(record(new Report.Released(claim))).isEqualTo(Receipt.RECORDED);
        List<Claim> again = claim(store, 2);
        assertThat(again).extracting(Claim::run).containsExactly(first, second);
        assertThat(again.getFirst().attempt()).isEqualTo(1);
        assertThat(again.getFirst().id()).isNotEqualTo(claim.id());
    }

    @Test
    void aRunWhoseProcessDiedIsBackAtItsOldPlaceAndCountsARedelivery() {
        RunId first = enqueueGreet();
        enqueueGreet();
        Claim claim = claimOne();
        Report.Released died = new Report.Released(claim, true);
        // in one commit, as the engine may send them
        assertThat(await(store.record(List.of(new Report.Started(claim, clock.instant()), died))))
                .containsOnly(Receipt.RECORDED);
        assertThat(await(store.record(List.of(died)))).as("told twice").containsExactly(Receipt.RECORDED);
        assertThat(state(first)).isEqualTo(RunState.QUEUED);
        assertThat(info(first).redeliveries()).isEqualTo(1);
        Claim again = claimOne();
        assertThat(again.run()).isEqualTo(first);
        assertThat(again.attempt()).isEqualTo(1);
        assertThat(again.redeliveries()).isEqualTo(1);
        assertThat(again.suspect()).isTrue();
    }

    @Test
    void aRunWhoseProcessDiedTakesNothingOfALimitUntilItIsClaimedAgain() {
        store.queues().declare(List.of(new QueueEntry("mail", Limits.none().concurrency(1))));
        RunOptions inQueue = RunOptions.NONE.withQueue("mail");
        RunId run = enqueue(NewRuns.of(GREET, clock).options(inQueue));
        Claim claim = claimOne();
        record(new Report.Started(claim, clock.instant()));
        record(new Report.Released(claim, true));
        assertThat(store.queues().find("mail").orElseThrow().claimed()).isZero();
        assertThat(claimOne().run()).isEqualTo(run);
    }

    @Test
    void aLostClaimWritesNothing() {
        RunId id = enqueueGreet();
        Claim lost = claimOne();
        record(new Report.Released(lost));
        Claim held = claimOne();
        assertThat(await(store.record(List.of(
                        new Report.Started(lost, clock.instant()),
                        noted(lost),
                        completed(lost),
                        retried(lost, MINUTE)))))
                .containsOnly(Receipt.LOST);
        assertThat(state(id)).isEqualTo(RunState.QUEUED);
        assertThat(store.emitted(id)).isEmpty();
        assertThat(record(completed(held))).isEqualTo(Receipt.RECORDED);
        assertThat(record(failed(lost, false))).isEqualTo(Receipt.LOST);
        assertThat(state(id)).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void aLostClaimAmongManySpoilsNoOther() {
        store.enqueue(NewRuns.many(64, GREET, clock));
        List<Claim> claims = claim(store, 64);
        store.purge(claims.get(10).run(), true);
        List<Report> ends = new ArrayList<>();
        claims.forEach(claim -> ends.add(completed(claim)));
        List<Receipt> receipts = await(store.record(ends));
        assertThat(receipts.get(10)).isEqualTo(Receipt.LOST);
        assertThat(receipts).filteredOn(receipt -> receipt == Receipt.RECORDED).hasSize(63);
    }

    @Test
    void repeatingAnEndIsRecordedAsBefore() {
        RunId first = enqueueGreet();
        RunId second = enqueueGreet();
        RunId third = enqueueGreet();
        List<Claim> claims = claim(store, 3);
        List<Report> reports =
                List.of(completed(claims.get(0)), retried(claims.get(1), MINUTE), new Report.Released(claims.get(2)));
        assertThat(await(store.record(reports))).containsOnly(Receipt.RECORDED);
        EventCursor last = store.lastEvent();
        assertThat(await(store.record(reports))).containsOnly(Receipt.RECORDED);
        assertThat(store.events(last, 10).events()).isEmpty();
        assertThat(List.of(state(first), state(second), state(third)))
                .containsExactly(RunState.COMPLETED, RunState.RETRYING, RunState.QUEUED);
    }

    @Test
    void anEndIsRememberedThroughARetryByHand() {
        RunId id = enqueueGreet();
        Report.Ended end = failed(claimOne(), true);
        record(end);
        store.retry(id, 3, null, false);
        Claim second = claimOne();
        assertThat(record(end)).isEqualTo(Receipt.RECORDED);
        assertThat(state(id)).isEqualTo(RunState.QUEUED);
        assertThat(record(completed(second))).isEqualTo(Receipt.RECORDED);
    }

    private static Report.Noted noted(Claim claim) {
        return new Report.Noted(claim, List.of("1".getBytes(StandardCharsets.UTF_8)), List.of(), null, null, List.of());
    }

    @Test
    void aCancelThatWasAnsweredHoldsWhateverTheHolderReports() {
        List<Function<Claim, Report>> reports = List.of(
                this::completed,
                claim -> failed(claim, true),
                claim -> retried(claim, MINUTE),
                claim -> retried(claim, Duration.ZERO),
                Report.Released::new);
        for (Function<Claim, Report> report : reports) {
            RunId id = enqueueGreet();
            Claim claim = claimOne();
            assertThat(store.cancel(id, "no more").answer()).isEqualTo(CancelAnswer.OK);
            assertThat(record(report.apply(claim))).isEqualTo(Receipt.RECORDED);
            assertThat(info(id).state()).as("after %s", report.apply(claim)).isEqualTo(RunState.CANCELED);
            assertThat(info(id).reason()).isEqualTo("no more");
            assertThat(info(id).output()).isNull();
            assertThat(record(report.apply(claim))).as("told twice").isEqualTo(Receipt.RECORDED);
        }
    }
}

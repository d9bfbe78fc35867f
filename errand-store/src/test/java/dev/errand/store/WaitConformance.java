package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.CancelAnswer;
import dev.errand.Event;
import dev.errand.Limits;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs that wait in the midst of an attempt. */
public abstract class WaitConformance extends StoreTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @BeforeEach
    void joinStore() {
        store.join("first", 10);
    }

    private StepEntry step(int position, String name) {
        Instant now = clock.instant();
        byte[] result = "1".getBytes(StandardCharsets.UTF_8);
        return new StepEntry(position, "name:" + name + "#1", name, 1, now, now.plus(HOUR), result, null);
    }

    private Report.Waiting waiting(Claim claim, Duration duration) {
        Instant now = clock.instant();
        return new Report.Waiting(claim, now, now, List.of(step(1, "nap"), step(2, "mark")), now.plus(duration), null);
    }

    @Test
    void aRunThatWaitsGoesOnWithItsAttemptWhenItsTimeHasCome() {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        Instant began = clock.instant();
        assertThat(claim.resumed()).isFalse();
        assertThat(record(waiting(claim, HOUR))).isEqualTo(Receipt.RECORDED);
        RunInfo info = info(run);
        assertThat(info.state()).isEqualTo(RunState.WAITING);
        assertThat(info.attempt()).isEqualTo(1);
        assertThat(info.dueAt()).isEqualTo(began.plus(HOUR));
        assertThat(info.node()).isNull();
        assertThat(info.failure()).isNull();
        assertThat(store.steps(run, 0, 10)).extracting(StepEntry::name).containsExactly("nap", "mark");
        assertThat(store.advance()).contains(began.plus(HOUR));
        assertNothingClaimable(store);

        clock.advance(HOUR);
        store.advance();
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
        assertThat(info(run).attempt()).isEqualTo(1);
        Claim again = claimOne();
        assertThat(again.run()).isEqualTo(run);
        assertThat(again.attempt()).isEqualTo(1);
        assertThat(again.resumed()).isTrue();
        assertThat(again.suspect()).isFalse();
        assertThat(again.redeliveries()).isZero();
        assertThat(record(completed(again))).isEqualTo(Receipt.RECORDED);
        assertThat(store.attempts(run)).hasSize(1);
    }

    @Test
    void eachChangeIsAnEvent() {
        enqueueGreet();
        record(waiting(claimOne(), HOUR));
        clock.advance(HOUR);
        store.advance();
        record(completed(claimOne()));
        assertThat(events(store))
                .extracting(Event::to)
                .containsExactly(
                        RunState.QUEUED,
                        RunState.EXECUTING,
                        RunState.WAITING,
                        RunState.QUEUED,
                        RunState.EXECUTING,
                        RunState.COMPLETED);
        assertThat(events(store)).extracting(Event::attempt).containsExactly(0, 1, 1, 1, 1, 1);
    }

    @Test
    void aStartThatWasToldIsNotToldAgain() {
        enqueueGreet();
        Claim claim = claimOne();
        record(new Report.Started(claim, clock.instant()));
        record(waiting(claim, HOUR));
        assertThat(events(store))
                .extracting(Event::to)
                .containsExactly(RunState.QUEUED, RunState.EXECUTING, RunState.WAITING);
    }

    @Test
    void aWaitThatIsOverIsNone() {
        RunId run = enqueueGreet();
        record(waiting(claimOne(), Duration.ZERO));
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
        assertThat(claimOne().resumed()).isTrue();
    }

    @Test
    void ofManyClaimedTogetherSomeWait() {
        List<NewRun> runs = NewRuns.many(50, GREET, clock);
        store.enqueue(runs);
        List<Report> reports = new ArrayList<>();
        for (Claim claim : claim(store, 50)) {
            reports.add(claim.number() % 2 == 0 ? waiting(claim, HOUR) : completed(claim));
        }
        assertThat(await(store.record(reports))).containsOnly(Receipt.RECORDED);
        int waiting =
                (int) reports.stream().filter(Report.Waiting.class::isInstance).count();
        assertThat(store.list(RunQuery.all().states(RunState.WAITING).limit(100))
                        .items())
                .hasSize(waiting);
        clock.advance(HOUR);
        while (store.advance().filter(due -> !due.isAfter(clock.instant())).isPresent()) {
            // there is more
        }
        List<Claim> again = claim(store, 50);
        assertThat(again).hasSize(waiting).allMatch(Claim::resumed);
        assertThat(await(
                        store.record(again.stream().<Report>map(this::completed).toList())))
                .containsOnly(Receipt.RECORDED);
    }

    @Test
    void aWaitThatIsToldAgainIsRecorded() {
        enqueueGreet();
        Report.Waiting report = waiting(claimOne(), HOUR);
        assertThat(record(report)).isEqualTo(Receipt.RECORDED);
        assertThat(record(report)).isEqualTo(Receipt.RECORDED);
        clock.advance(HOUR);
        store.advance();
        assertThat(record(report)).isEqualTo(Receipt.RECORDED);
        Claim again = claimOne();
        assertThat(record(report)).as("another has it").isEqualTo(Receipt.LOST);
        assertThat(record(completed(again))).isEqualTo(Receipt.RECORDED);
    }

    @Test
    void whoLostTheClaimCannotLetItsRunWait() {
        Store other = openNode("other");
        RunId run = enqueueGreet();
        Claim lost = claim(other, 1).getFirst();
        kill(other);
        store.recover();
        Report.Waiting late = waiting(lost, HOUR);
        assertThat(record(late)).isEqualTo(Receipt.LOST);
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
        assertThat(store.steps(run, 0, 10)).isEmpty();
    }

    @Test
    void aRunThatWaitsIsCancelledAtOnce() {
        RunId run = enqueueGreet();
        record(waiting(claimOne(), HOUR));
        assertThat(store.cancel(run, "enough").answer()).isEqualTo(CancelAnswer.OK);
        assertThat(state(run)).isEqualTo(RunState.CANCELED);
        assertThat(info(run).attempt()).isEqualTo(1);
        clock.advance(HOUR);
        store.advance();
        assertNothingClaimable(store);
    }

    @Test
    void aCancelThatCameBeforeTheWaitHolds() {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        store.cancel(run, "enough");
        assertThat(record(waiting(claim, HOUR))).isEqualTo(Receipt.RECORDED);
        assertThat(state(run)).isEqualTo(RunState.CANCELED);
    }

    @Test
    void anAttemptThatWaitedAndDiesIsResumedStill() {
        enqueueGreet();
        record(waiting(claimOne(), Duration.ZERO));
        Store other = openNode("other");
        Claim resumed = claim(other, 1).getFirst();
        await(other.record(List.of(new Report.Started(resumed, clock.instant()))));
        kill(other);
        store.recover();
        Claim again = claimOne();
        assertThat(again.attempt()).isEqualTo(1);
        assertThat(again.resumed()).isTrue();
        assertThat(again.redeliveries()).isEqualTo(1);
        record(retried(again, Duration.ZERO));
        Claim next = claimOne();
        assertThat(next.attempt()).isEqualTo(2);
        assertThat(next.resumed()).as("another attempt").isFalse();
    }

    @Test
    void aRunThatWaitsHoldsNoPermit() {
        store.queues()
                .declare(List.of(new QueueEntry("task/" + GREET, Limits.none().concurrency(1))));
        RunId first = enqueueGreet();
        RunId second = enqueueGreet();
        record(waiting(claimOne(), HOUR));
        Claim next = claimOne();
        assertThat(next.run()).isEqualTo(second);
        clock.advance(HOUR);
        store.advance();
        assertNothingClaimable(store);
        record(completed(next));
        assertThat(claimOne().run()).isEqualTo(first);
    }

    @Test
    void whereItWasSurvivesReopening() {
        RunId run = enqueueGreet();
        record(waiting(claimOne(), HOUR));
        reopen();
        store.join("first", 10);
        assertThat(state(run)).isEqualTo(RunState.WAITING);
        clock.advance(HOUR);
        store.advance();
        assertThat(claimOne().resumed()).isTrue();
    }
}

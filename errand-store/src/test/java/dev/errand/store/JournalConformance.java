package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.PurgeAnswer;
import dev.errand.Retention;
import dev.errand.RetryAnswer;
import dev.errand.RunId;
import dev.errand.RunState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The journal of a run: what is known of its steps, for as long as the run is there. */
public abstract class JournalConformance extends StepTest {
    // ── what is kept

    @Test
    void stepsComeBackAsTheyWere() {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        StepEntry begun = begun(1);
        clock.advance(Duration.ofSeconds(2));
        StepEntry done = new StepEntry(
                2,
                "räum auf/2",
                "räum auf",
                3,
                clock.instant(),
                clock.instant().plusNanos(7_000),
                "{\"a\":[1,\"\\u0000ü\"]}".getBytes(StandardCharsets.UTF_8),
                null);
        StepEntry failed = failed(claim, 3);
        for (StepEntry step : List.of(begun, done, failed)) {
            assertThat(record(journaled(claim, step))).isEqualTo(Receipt.RECORDED);
        }
        assertThat(steps(run)).containsExactly(Known.of(begun), Known.of(done), Known.of(failed));
    }

    @Test
    void aStepIsDoneWithoutAResultOrWithNull() {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        record(List.of(journaled(claim, done(1, null)), journaled(claim, done(2, "null"))));
        assertThat(steps(run)).extracting(Known::result).containsExactly(null, "null");
        assertThat(steps(run)).extracting(Known::endedAt).doesNotContainNull();
    }

    @Test
    void stepsAreInOrderOfTheirPositionsHoweverTheyCame() {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        record(List.of(journaled(claim, done(3, "3")), journaled(claim, done(1, "1"))));
        record(journaled(claim, done(2, "2")));
        assertThat(positions(run)).containsExactly(1, 2, 3);
    }

    @Test
    void theLastWordOnAStepCounts() {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        record(journaled(claim, begun(1)));
        record(journaled(claim, done(1, "1")));
        assertThat(steps(run)).containsExactly(Known.of(done(1, "1")));
        // in one commit as well
        record(List.of(journaled(claim, begun(2)), journaled(claim, done(2, "2")), journaled(claim, failed(claim, 1))));
        assertThat(steps(run)).containsExactly(Known.of(failed(claim, 1)), Known.of(done(2, "2")));
    }

    @Test
    void repeatingAReportIsHarmless() {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        List<Report> reports = List.of(
                journaled(claim, begun(1)),
                journaled(claim, done(1, "1")),
                new Report.Started(claim, clock.instant()),
                journaled(claim, begun(2)));
        for (int times = 0; times < 3; times++) {
            assertThat(record(reports)).containsOnly(Receipt.RECORDED);
            assertThat(steps(run)).containsExactly(Known.of(done(1, "1")), Known.of(begun(2)));
        }
    }

    @Test
    void stepsAreReadByPages() {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        record(IntStream.rangeClosed(1, 25)
                .mapToObj(position -> journaled(claim, done(position, "1")))
                .toList());
        assertThat(store.steps(run, 0, 10))
                .extracting(StepEntry::position)
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        assertThat(store.steps(run, 20, 10)).extracting(StepEntry::position).containsExactly(21, 22, 23, 24, 25);
        assertThat(store.steps(run, 25, 10)).isEmpty();
        assertThat(store.steps(RunId.next(), 0, 10)).isEmpty();
    }

    @Test
    void aLongJournalIsReadByPages() {
        int steps = 100_000;
        int page = 5_000;
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        for (int from = 1; from <= steps; from += page) {
            record(IntStream.range(from, from + page)
                    .mapToObj(position -> journaled(claim, done(position, "1")))
                    .toList());
        }
        int last = 0;
        for (List<StepEntry> read = store.steps(run, 0, page); !read.isEmpty(); read = store.steps(run, last, page)) {
            assertThat(read).hasSize(page);
            for (StepEntry step : read) {
                assertThat(step.position()).isEqualTo(++last);
            }
        }
        assertThat(last).isEqualTo(steps);
    }

    @Test
    void stepsSurviveReopening() {
        RunId run = enqueueGreet();
        record(journaled(claimOne(), done(1, "1")));
        reopen();
        assertThat(steps(run)).containsExactly(Known.of(done(1, "1")));
    }

    @Test
    void noEventTellsOfThem() {
        enqueueGreet();
        Claim claim = claimOne();
        EventCursor last = store.lastEvent();
        record(List.of(journaled(claim, begun(1)), journaled(claim, done(1, "1"))));
        assertThat(store.events(last, 10).events()).isEmpty();
    }

    // ── together with others

    @Test
    void whatARunDidBeforeItEndedIsKeptByTheSameCommit() {
        List<RunId> runs = List.of(enqueueGreet(), enqueueGreet(), enqueueGreet());
        List<Report> reports = new ArrayList<>();
        for (Claim claim : claim(store, 3)) {
            reports.add(journaled(claim, begun(1)));
            reports.add(journaled(claim, done(1, "1")));
            reports.add(
                    switch (runs.indexOf(claim.run())) {
                        case 0 -> completed(claim);
                        case 1 -> retried(claim, MINUTE);
                        default -> new Report.Released(claim);
                    });
        }
        assertThat(record(reports)).containsOnly(Receipt.RECORDED);
        assertThat(runs.stream().map(this::state))
                .containsExactly(RunState.COMPLETED, RunState.RETRYING, RunState.QUEUED);
        for (RunId run : runs) {
            assertThat(steps(run)).containsExactly(Known.of(done(1, "1")));
        }
    }

    @Test
    void aRunWhoseStartWasRecordedGoesOnWithItsJournal() {
        RunId run = enqueueGreet();
        enqueueGreet();
        Claim claim = claim(store, 2).getFirst();
        record(List.of(
                journaled(claim, done(1, "1")),
                new Report.Started(claim, clock.instant()),
                journaled(claim, done(2, "2"))));
        record(List.of(journaled(claim, done(3, "3")), completed(claim)));
        assertThat(positions(run)).containsExactly(1, 2, 3);
        assertThat(state(run)).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void stepsOfManyRunsAreRecordedAtOnceAndThoseOfLostOnesAreNot() {
        store.enqueue(NewRuns.many(64, GREET, clock));
        List<Claim> claims = claim(store, 64);
        record(completed(claims.get(20)));
        record(new Report.Released(claims.get(40)));
        record(new Report.Started(claims.get(50), clock.instant()));
        assertStepsAreKeptBut(List.of(20, 40), claims);
    }

    @Test
    void alsoWhenOthersMeddledWithSomeOfThem() {
        store.enqueue(NewRuns.many(64, GREET, clock));
        List<Claim> claims = claim(store, 64);
        store.purge(claims.get(10).run(), true);
        store.cancel(claims.get(30).run(), "while it executes");
        record(new Report.Started(claims.get(50), clock.instant()));
        assertStepsAreKeptBut(List.of(10), claims);
    }

    @Test
    void alsoWhenTheyExecuteForLonger() {
        store.enqueue(NewRuns.many(64, GREET, clock));
        List<Claim> claims = claim(store, 64);
        List<Report> starts = new ArrayList<>();
        claims.forEach(claim -> starts.add(new Report.Started(claim, clock.instant())));
        assertThat(record(starts)).containsOnly(Receipt.RECORDED);
        Store other = open();
        other.purge(claims.get(10).run(), true);
        other.cancel(claims.get(30).run(), "while it executes");
        assertStepsAreKeptBut(List.of(10), claims);
    }

    private void assertStepsAreKeptBut(List<Integer> lost, List<Claim> claims) {
        List<Report> reports = new ArrayList<>();
        for (Claim claim : claims) {
            reports.add(journaled(claim, begun(1)));
            reports.add(journaled(claim, done(1, "1")));
            reports.add(journaled(claim, begun(2)));
        }
        List<Receipt> receipts = record(reports);
        for (int i = 0; i < claims.size(); i++) {
            boolean isLost = lost.contains(i);
            assertThat(receipts.subList(3 * i, 3 * i + 3))
                    .as("claim %s", i)
                    .containsOnly(isLost ? Receipt.LOST : Receipt.RECORDED);
            assertThat(steps(claims.get(i).run()))
                    .as("steps of %s", i)
                    .isEqualTo(isLost ? List.of() : List.of(Known.of(done(1, "1")), Known.of(begun(2))));
        }
    }

    // ── for as long as the run is there

    @Test
    void stepsAreDeletedWithTheirRun() {
        RunId purged = runOfTwoSteps();
        RunId pruned = runOfTwoSteps();
        assertThat(store.purge(purged, false)).isEqualTo(PurgeAnswer.PURGED);
        assertThat(steps(purged)).isEmpty();
        assertThat(positions(pruned)).containsExactly(1, 2);
        clock.advance(MINUTE.multipliedBy(3));
        RunId young = runOfTwoSteps();
        assertThat(store.prune(Retention.all(MINUTE), 100)).isEqualTo(1);
        assertThat(steps(pruned)).isEmpty();
        assertThat(positions(young)).containsExactly(1, 2);
    }

    private RunId runOfTwoSteps() {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        record(List.of(journaled(claim, done(1, "1")), journaled(claim, done(2, "2")), completed(claim)));
        return run;
    }

    @Test
    void aRetryByHandKeepsThem() {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        record(List.of(journaled(claim, done(1, "1")), failed(claim, true)));
        assertThat(store.retry(run, 3, null, false)).isEqualTo(RetryAnswer.RETRIED);
        Claim again = claimOne();
        assertThat(steps(run)).containsExactly(Known.of(done(1, "1")));
        record(List.of(journaled(again, done(2, "2")), completed(again)));
        assertThat(positions(run)).containsExactly(1, 2);
    }

    @Test
    void aNewAttemptKeepsThemAndANewRunHasNone() {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        record(List.of(journaled(claim, done(1, "1")), retried(claim, Duration.ZERO)));
        Claim second = claimOne();
        assertThat(second.attempt()).isEqualTo(2);
        assertThat(positions(run)).containsExactly(1);
        assertThat(steps(enqueueGreet())).isEmpty();
    }
}

package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.CancelAnswer;
import dev.errand.Failure;
import dev.errand.FailureKind;
import dev.errand.PurgeAnswer;
import dev.errand.RescheduleAnswer;
import dev.errand.RetryAnswer;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.Store;
import dev.errand.store.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is asked of one run leaves its neighbours in the same row alone. */
class SharedChunkTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private final TestClock clock = new TestClock();
    private final PostgresFixture fixture = new PostgresFixture();
    private Store store;

    @BeforeEach
    void openStore() {
        store = fixture.open(clock);
        store.join("first", 10);
    }

    @AfterEach
    void closeStore() {
        store.close();
        fixture.close();
    }

    @Test
    void aQueuedRunThatIsCanceledIsNotClaimedWithItsNeighbours() throws Exception {
        List<RunId> ids = enqueue(Duration.ZERO);
        assertThat(store.cancel(ids.get(3), "x").answer()).isEqualTo(CancelAnswer.OK);
        assertThat(store.ahead(ids.get(5), 100)).isEqualTo(4);
        assertThat(claim()).extracting(Claim::run).hasSize(9).doesNotContain(ids.get(3));
        assertThat(state(ids.get(3))).isEqualTo(RunState.CANCELED);
    }

    @Test
    void oneDelayedRunIsMovedWithoutTheOthers() throws Exception {
        List<RunId> ids = enqueue(MINUTE);
        assertThat(store.reschedule(ids.get(4), clock.instant(), null)).isEqualTo(RescheduleAnswer.RESCHEDULED);
        assertThat(state(ids.get(4))).isEqualTo(RunState.QUEUED);
        assertThat(state(ids.get(5))).isEqualTo(RunState.DELAYED);
        assertThat(claim()).extracting(Claim::run).containsExactly(ids.get(4));
        clock.advance(MINUTE);
        store.advance();
        assertThat(claim()).extracting(Claim::run).hasSize(9).doesNotContain(ids.get(4));
    }

    @Test
    void aCancelOfOneHeldRunHoldsForThatOneOnly() throws Exception {
        enqueue(Duration.ZERO);
        List<Claim> claims = claim();
        assertThat(store.cancel(claims.get(2).run(), "no").answer()).isEqualTo(CancelAnswer.OK);
        assertThat(record(ends(claims))).hasSize(10).containsOnly(Receipt.RECORDED);
        assertThat(state(claims.get(2).run())).isEqualTo(RunState.CANCELED);
        assertThat(state(claims.get(3).run())).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void aHeldRunThatIsPurgedIsLostAndItsNeighboursAreNot() throws Exception {
        enqueue(Duration.ZERO);
        List<Claim> claims = claim();
        assertThat(store.purge(claims.get(9).run(), true)).isEqualTo(PurgeAnswer.PURGED);
        List<Receipt> receipts = record(ends(claims));
        assertThat(receipts.get(9)).isEqualTo(Receipt.LOST);
        assertThat(receipts.subList(0, 9)).containsOnly(Receipt.RECORDED);
    }

    @Test
    void aRunRetriedByHandIsNotEndedByTheReportOfItsFirstEndWhileOthersAreStillHeld() throws Exception {
        enqueue(Duration.ZERO);
        List<Claim> claims = claim();
        Claim first = claims.getFirst();
        Failure failure = new Failure(FailureKind.ERROR, "E", "boom", "", 1, clock.instant());
        List<Report> end = List.of(new Report.Ended(
                first, RunState.FAILED, clock.instant(), clock.instant(), null, failure, "boom", true));
        assertThat(record(end)).containsOnly(Receipt.RECORDED);
        assertThat(store.retry(first.run(), 3, null, false)).isEqualTo(RetryAnswer.RETRIED);
        assertThat(record(end)).as("told twice").containsOnly(Receipt.RECORDED);
        assertThat(state(first.run())).isEqualTo(RunState.QUEUED);
        assertThat(claim()).extracting(Claim::attempt).containsExactly(2);
        assertThat(record(ends(claims.subList(1, 10)))).containsOnly(Receipt.RECORDED);
    }

    @Test
    void anEndThatIsToldTwiceDoesNotCountForTheNeighboursStillHeld() throws Exception {
        List<RunId> ids = enqueue(Duration.ZERO);
        List<Report> ends = ends(claim());
        assertThat(record(ends.subList(0, 1))).containsOnly(Receipt.RECORDED);
        for (int i = 0; i < 9; i++) {
            assertThat(record(ends.subList(0, 1))).as("told again").containsOnly(Receipt.RECORDED);
        }
        for (int i = 1; i < 10; i++) {
            assertThat(record(ends.subList(i, i + 1))).containsOnly(Receipt.RECORDED);
        }
        assertThat(ids).allSatisfy(id -> assertThat(state(id)).isEqualTo(RunState.COMPLETED));
    }

    @Test
    void whoWantsManyRunsIsNotContentWithTheFewThatAreLeftOfOneRow() throws Exception {
        for (int i = 0; i < 5; i++) {
            enqueue(Duration.ZERO).subList(1, 10).forEach(id -> store.cancel(id, "not needed"));
        }
        assertThat(claim(5)).as("one of each row").hasSize(5);
    }

    private List<RunId> enqueue(Duration delay) {
        List<NewRun> runs = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            runs.add(NewRuns.of("greet", clock).in(delay).build());
        }
        store.enqueue(runs);
        return runs.stream().map(NewRun::id).toList();
    }

    private List<Claim> claim() throws Exception {
        return claim(100);
    }

    private List<Claim> claim(int most) throws Exception {
        return store.claim(new ClaimRequest(most, Set.of("greet")))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }

    private List<Receipt> record(List<Report> reports) throws Exception {
        return store.record(reports).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private List<Report> ends(List<Claim> claims) {
        List<Report> ends = new ArrayList<>();
        for (Claim claim : claims) {
            ends.add(new Report.Ended(
                    claim, RunState.COMPLETED, clock.instant(), clock.instant(), null, null, null, false));
        }
        return ends;
    }

    private RunState state(RunId run) {
        return store.find(run).orElseThrow().state();
    }
}

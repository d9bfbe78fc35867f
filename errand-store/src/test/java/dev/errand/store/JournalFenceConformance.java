package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.PurgeAnswer;
import dev.errand.RunId;
import dev.errand.RunState;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Steps are written by the holder of their run's claim, and nobody who has lost it. */
public abstract class JournalFenceConformance extends StepTest {
    @Test
    void aRunGivenBackIsWrittenToUnderItsNextClaimOnly() {
        RunId run = enqueueGreet();
        Claim lost = claimOne();
        record(new Report.Released(lost));
        assertThat(record(journaled(lost, done(1, "\"lost\"")))).isEqualTo(Receipt.LOST);
        Claim held = claimOne();
        List<Report> both = List.of(
                journaled(held, done(1, "\"held\"")),
                journaled(lost, done(1, "\"lost\"")),
                journaled(lost, done(2, "\"lost\"")));
        assertThat(record(both)).containsExactly(Receipt.RECORDED, Receipt.LOST, Receipt.LOST);
        assertThat(record(both.reversed())).containsExactly(Receipt.LOST, Receipt.LOST, Receipt.RECORDED);
        assertThat(steps(run)).containsExactly(Known.of(done(1, "\"held\"")));
    }

    @Test
    void nothingIsWrittenForANodeWhoseRunsOthersTookBack() {
        RunId run = enqueueGreet();
        Store other = openNode("other");
        Claim lost = claim(other, 1).getFirst();
        assertThat(await(other.record(List.of(journaled(lost, done(1, "1")))))).containsExactly(Receipt.RECORDED);
        kill(other);
        assertThat(store.recover()).isEqualTo(1);
        assertThat(record(List.of(journaled(lost, done(1, "\"lost\"")), journaled(lost, done(2, "2")))))
                .containsOnly(Receipt.LOST);
        assertThat(steps(run)).containsExactly(Known.of(done(1, "1")));
        Claim again = claimOne();
        assertThat(record(journaled(again, done(2, "\"again\"")))).isEqualTo(Receipt.RECORDED);
        assertThat(positions(run)).containsExactly(1, 2);
    }

    @Test
    void aRunThatEndedIsWrittenToNoMore() {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        record(completed(claim));
        assertThat(record(journaled(claim, done(1, "1")))).isEqualTo(Receipt.LOST);
        assertThat(steps(run)).isEmpty();
    }

    @Test
    void norIsOneThatEndedInATransactionOfAUsers() throws SQLException {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        record(journaled(claim, done(1, "1")));
        try (Connection connection = connect()) {
            assertThat(store.complete(connection, () -> null, completed(claim))).isEqualTo(Receipt.RECORDED);
            connection.commit();
        }
        assertThat(record(journaled(claim, done(2, "2")))).isEqualTo(Receipt.LOST);
        assertThat(positions(run)).containsExactly(1);
    }

    @Test
    void aRunThatIsToStopIsWrittenToUntilItHas() {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        store.cancel(run, "enough");
        assertThat(record(List.of(journaled(claim, done(1, "1")), ended(claim, RunState.CANCELED, null, false))))
                .containsOnly(Receipt.RECORDED);
        assertThat(positions(run)).containsExactly(1);
    }

    @Test
    void aPurgeByForceTakesThemFromUnderTheirHolder() {
        RunId run = enqueueGreet();
        RunId neighbour = enqueueGreet();
        List<Claim> claims = claim(store, 2);
        claims.forEach(claim -> record(journaled(claim, done(1, "1"))));
        assertThat(store.purge(run, true)).isEqualTo(PurgeAnswer.PURGED);
        assertThat(record(journaled(claims.getFirst(), done(2, "2")))).isEqualTo(Receipt.LOST);
        assertThat(steps(run)).isEmpty();
        assertThat(record(journaled(claims.getLast(), done(2, "2")))).isEqualTo(Receipt.RECORDED);
        assertThat(positions(neighbour)).containsExactly(1, 2);
    }

    @Test
    void aPurgeInTheMidstOfWritesLeavesNone() throws Exception {
        Store other = open();
        for (int round = 0; round < 20; round++) {
            store.enqueue(NewRuns.many(3, GREET, clock));
            List<Claim> claims = claim(store, 3);
            CompletableFuture<Integer> writing = CompletableFuture.supplyAsync(() -> {
                int position = 1;
                while (record(journaled(claims.get(1), done(position, "1"))) == Receipt.RECORDED) {
                    position++;
                }
                return position;
            });
            while (steps(claims.get(1).run()).isEmpty()) {
                Thread.onSpinWait();
            }
            assertThat(other.purge(claims.get(1).run(), true)).isEqualTo(PurgeAnswer.PURGED);
            assertThat(writing.get(60, TimeUnit.SECONDS)).isGreaterThan(1);
            assertThat(steps(claims.get(1).run())).isEmpty();
            record(List.of(completed(claims.getFirst()), completed(claims.getLast())));
        }
    }
}

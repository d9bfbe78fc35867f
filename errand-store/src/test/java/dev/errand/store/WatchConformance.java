package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Retention;
import dev.errand.RunId;
import dev.errand.RunState;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs that watch others, of which each may end in any way and at any moment. */
public abstract class WatchConformance extends StoreTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String WATCHED = "watched";
    private static final Set<String> WATCHED_ONLY = Set.of(WATCHED);

    @BeforeEach
    void joinStore() {
        store.join("first", 100);
    }

    private RunId watched() {
        return enqueue(NewRuns.of(WATCHED, clock));
    }

    private Claim claimWatched() {
        return await(store.claim(new ClaimRequest(1, WATCHED_ONLY))).getFirst();
    }

    private Report.Waiting waiting(Claim claim, @Nullable Duration atMost, RunId... runs) {
        return waiting(claim, atMost, new Report.Awaits(List.of(), List.of(), List.of(), List.of(runs), true));
    }

    private Report.Waiting waiting(Claim claim, @Nullable Duration atMost, Report.Awaits awaits) {
        Instant now = clock.instant();
        return new Report.Waiting(claim, now, now, List.of(), atMost == null ? null : now.plus(atMost), awaits);
    }

    private void watch(Claim claim, RunId... runs) {
        assertThat(store.watches().watch(claim, List.of(runs))).isEqualTo(Receipt.RECORDED);
    }

    /** A run that waits for the first of them to end. */
    private RunId waitsFor(RunId... runs) {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        watch(claim, runs);
        assertThat(record(waiting(claim, null, runs))).isEqualTo(Receipt.RECORDED);
        assertWaits(run);
        return run;
    }

    private void advanceAll() {
        while (store.advance().filter(due -> !due.isAfter(clock.instant())).isPresent()) {
            // there is more
        }
    }

    private void assertWaits(RunId run) {
        advanceAll();
        assertThat(state(run)).isEqualTo(RunState.WAITING);
    }

    private void assertGoesOn(RunId run) {
        advanceAll();
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
    }

    // ── ends after the wait

    @Test
    void aRunGoesOnWhenTheOneThatItWatchesEndsInWhicheverWay() {
        for (RunState end :
                List.of(RunState.COMPLETED, RunState.FAILED, RunState.CANCELED, RunState.TIMED_OUT, RunState.CRASHED)) {
            RunId watched = watched();
            RunId run = waitsFor(watched);
            Claim claim = claimWatched();
            record(new Report.Started(claim, clock.instant()));
            assertWaits(run);
            record(ended(claim, end, null, false));
            assertGoesOn(run);
            Claim again = claimOne();
            assertThat(again.resumed()).isTrue();
            assertThat(store.watches().ended(run, List.of(watched))).isSubsetOf(watched);
            record(completed(again));
        }
    }

    /** Their bodies, that is: those take no heed of the ends of their runs. */
    @Test
    void aRunGoesOnWhenTheOneThatItWatchesLingersAndWatchesNothingWhenItLingersItself() {
        RunId watched = watched();
        RunId run = waitsFor(watched);
        Claim claim = claimWatched();
        RunId other = watched();
        Claim second = claimWatched();
        record(new Report.Lingers(ended(claim, RunState.TIMED_OUT, null, false)));
        assertGoesOn(run);
        Claim again = claimOne();
        watch(again, other);
        record(new Report.Lingers(ended(again, RunState.CANCELED, null, false)));
        assertThat(store.watches().watch(again, List.of(other))).isEqualTo(Receipt.LOST);
        record(completed(second));
        advanceAll();
        assertThat(state(run)).isEqualTo(RunState.CANCELED);
    }

    @Test
    void aRunGoesOnWhenTheOneThatItWatchesEndsWithoutEverHavingStarted() {
        List<Consumer<RunId>> ways = List.of(
                run -> store.cancel(run, "enough"), run -> store.purge(run, false), run -> store.removeTask(WATCHED));
        for (Consumer<RunId> way : ways) {
            RunId watched = watched();
            RunId run = waitsFor(watched);
            way.accept(watched);
            assertGoesOn(run);
            record(completed(claimOne()));
        }
    }

    @Test
    void aRunGoesOnWhenTheOneThatItWatchesExpires() {
        RunId watched = enqueue(NewRuns.of(WATCHED, clock).expiresIn(HOUR));
        RunId run = waitsFor(watched);
        clock.advance(HOUR);
        assertGoesOn(run);
        assertThat(state(watched)).isEqualTo(RunState.EXPIRED);
    }

    @Test
    void aRunGoesOnWhenATransactionOfAUsersHasEndedTheOneThatItWatches() throws SQLException {
        RunId watched = watched();
        RunId run = waitsFor(watched);
        Claim claim = claimWatched();
        record(new Report.Started(claim, clock.instant()));
        try (Connection connection = connect()) {
            store.complete(connection, () -> null, completed(claim));
            connection.commit();
        }
        assertThat(record(completed(claim))).isEqualTo(Receipt.RECORDED);
        assertGoesOn(run);
    }

    /** One that had failed before, and is retried by hand, ends once more. */
    @Test
    void aRunGoesOnWhenTheOneThatItWatchesEndsAgain() {
        RunId watched = watched();
        record(failed(claimWatched(), true));
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        watch(claim, watched);
        record(waiting(claim, null, watched));
        assertWaits(run);
        store.retry(watched, 5, null, true);
        advanceAll();
        if (state(run) == RunState.QUEUED) { // it may be told of the retry as well, and looks for nothing
            claim = claimOne();
            watch(claim, watched);
            record(waiting(claim, null, watched));
        }
        assertWaits(run);
        record(completed(claimWatched()));
        assertGoesOn(run);
    }

    @Test
    void aRunGoesOnWhenTheOneThatItWatchesIsForgotten() {
        RunId watched = watched();
        record(completed(claimWatched()));
        RunId run = waitsFor(watched);
        clock.advance(Duration.ofDays(31));
        store.prune(Retention.defaults(), 100);
        assertThat(store.find(watched)).isEmpty();
        assertGoesOn(run);
    }

    // ── ends before the wait

    @Test
    void anEndBetweenTheLookAndTheWaitIsNotMissed() {
        List<Consumer<Claim>> ways = List.of(
                claim -> record(completed(claim)),
                claim -> record(failed(claim, true)),
                claim -> store.purge(claim.run(), true));
        for (Consumer<Claim> way : ways) {
            RunId watched = watched();
            RunId run = enqueueGreet();
            Claim claim = claimOne();
            watch(claim, watched);
            assertThat(store.watches().ended(run, List.of(watched))).isEmpty();
            way.accept(claimWatched());
            assertThat(store.watches().ended(run, List.of(watched))).containsExactly(watched);
            assertThat(record(waiting(claim, null, watched))).isEqualTo(Receipt.RECORDED);
            assertGoesOn(run);
            record(completed(claimOne()));
        }
    }

    /** It has been seen by then, and another one is to come. */
    @Test
    void whatHadEndedBeforeItWasWatchedEndsNoWait() {
        RunId watched = watched();
        record(failed(claimWatched(), true));
        RunId run = waitsFor(watched);
        assertThat(store.watches().ended(run, List.of(watched))).isEmpty();
    }

    @Test
    void whatDoesNotExistIsLeftOut() {
        RunId none = RunId.next(clock.instant());
        RunId watched = watched();
        RunId run = waitsFor(none, watched);
        record(completed(claimWatched()));
        assertGoesOn(run);
    }

    // ── several

    @Test
    void theFirstOfSeveralThatEndsSuffices() {
        RunId one = watched();
        RunId two = watched();
        RunId run = waitsFor(one, two);
        record(completed(claimWatched()));
        assertGoesOn(run);
        Claim claim = claimOne();
        watch(claim, one, two);
        record(waiting(claim, null, one, two));
        assertWaits(run);
        record(completed(claimWatched()));
        assertGoesOn(run);
    }

    @Test
    void whatWasWatchedForAnEarlierWaitWakesNobody() {
        RunId before = watched();
        RunId run = waitsFor(before);
        RunId now = watched();
        clock.advance(HOUR);
        store.cancel(before, "wakes it");
        advanceAll();
        Claim claim = claimOne();
        RunId unwatched = watched();
        watch(claim, now, unwatched);
        record(waiting(claim, null, now));
        assertWaits(run);
        store.cancel(unwatched, "of no interest");
        assertWaits(run);
        store.cancel(now, "wakes it");
        assertGoesOn(run);
    }

    /** Or a run that goes on for years would have a row for each at which it has ever looked. */
    @Test
    void ofEarlierWaitsNothingIsLeft() {
        RunId run = enqueueGreet();
        RunId one = watched();
        RunId other = watched();
        RunId unused = watched();
        Claim claim = claimOne();
        watch(claim, unused, one, other);
        record(waiting(claim, null, one, other));
        store.cancel(one, "wakes it");
        assertGoesOn(run);
        store.cancel(other, "of no interest any more");
        store.cancel(unused, "of no interest");
        advanceAll();
        watch(claimOne(), watched());
        assertThat(store.watches().ended(run, List.of(one, other, unused))).isEmpty();
    }

    @Test
    void manyAreWatchedAsOneIs() {
        List<RunId> watched = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            watched.add(watched());
        }
        for (int i : new int[] {0, 19}) {
            RunId run = waitsFor(watched.toArray(RunId[]::new));
            store.purge(watched.get(i), false);
            assertGoesOn(run);
            record(completed(claimOne()));
        }
    }

    @Test
    void aRunWaitsForValuesAndRunsWhicheverComesFirst() {
        SeenValue none = new SeenValue("balance", 0);
        for (boolean value : new boolean[] {true, false}) {
            RunId watched = watched();
            RunId run = enqueueGreet();
            Claim claim = claimOne();
            watch(claim, watched);
            SeenValue seen = store.values()
                    .find("balance")
                    .map(info -> new SeenValue("balance", info.version()))
                    .orElse(none);
            record(waiting(
                    claim, null, new Report.Awaits(List.of(), List.of(), List.of(seen), List.of(watched), true)));
            assertWaits(run);
            if (value) {
                store.values().set("balance", seen.version(), "1".getBytes(StandardCharsets.UTF_8));
            } else {
                record(completed(claimWatched()));
            }
            assertGoesOn(run);
            record(completed(claimOne()));
            store.purge(watched, true);
        }
    }

    @Test
    void allRunsGoOnThatWatchOne() {
        RunId watched = watched();
        List<RunId> runs = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            runs.add(waitsFor(watched));
        }
        record(completed(claimWatched()));
        advanceAll();
        assertThat(runs).allMatch(run -> state(run) == RunState.QUEUED);
    }

    // ── who waits ends otherwise

    @Test
    void aRunGoesOnAtItsTimeAndWaitsForNothingMore() {
        RunId watched = watched();
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        watch(claim, watched);
        record(waiting(claim, HOUR, watched));
        assertWaits(run);
        clock.advance(HOUR);
        assertGoesOn(run);
        record(waiting(claimOne(), HOUR, new Report.Awaits(List.of(), List.of(), true)));
        record(completed(claimWatched()));
        advanceAll();
        assertThat(state(watched)).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void aRunThatIsCancelledWhileItWatchesStaysCancelled() {
        RunId watched = watched();
        RunId run = waitsFor(watched);
        store.cancel(run, "enough");
        record(completed(claimWatched()));
        advanceAll();
        assertThat(state(run)).isEqualTo(RunState.CANCELED);
    }

    // ── processes that die or stall

    @Test
    void whoLostTheClaimWatchesNothing() {
        Store other = openNode("other");
        RunId run = enqueueGreet();
        Claim lost = claim(other, 1).getFirst();
        kill(other);
        store.recover();
        RunId watched = watched();
        Claim claim = claimOne();
        assertThat(claim.run()).isEqualTo(run);
        watch(claim, watched);
        record(completed(claimWatched()));
        assertThat(store.watches().watch(lost, List.of(watched))).isEqualTo(Receipt.LOST);
        assertThat(record(waiting(claim, null, watched))).isEqualTo(Receipt.RECORDED);
        assertGoesOn(run);
    }

    /** Neither a process that dies before its run waits, nor one that dies after, loses an end. */
    @Test
    void whoeverTakesOverWatchesAnew() {
        Store other = openNode("other");
        RunId run = enqueueGreet();
        Claim first = claim(other, 1).getFirst();
        RunId watched = watched();
        assertThat(other.watches().watch(first, List.of(watched))).isEqualTo(Receipt.RECORDED);
        kill(other);
        store.recover();
        Claim claim = claimOne();
        watch(claim, watched);
        record(waiting(claim, null, watched));
        assertWaits(run);
        reopen();
        joinStore();
        record(completed(claimWatched()));
        assertGoesOn(run);
    }
}

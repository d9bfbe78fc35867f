package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.PurgeAnswer;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRun;
import dev.errand.store.Report;
import dev.errand.store.SeenValue;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Who marks that a value has changed for which a run waits, what follows from it at once, and what is kept of the wait. */
class AwaitedValuesTest extends ValueFile {
    private static final String ROWS = "select count(*) from awaited where kind = 2";

    @Test
    void whoWaitsIsQueuedByTheCommitThatChangesItsValue() {
        RunId run = waitingFor(seen(BALANCE));
        CompletionStage<List<Claim>> claims = store.claim(new ClaimRequest(1, Set.of(PARENT)));
        set(BALANCE, "1");
        assertThat(await(claims)).extracting(Claim::run).containsExactly(run);
    }

    @Test
    void whoBeginsToWaitForWhatHasChangedIsQueuedByThatCommit() {
        SeenValue none = seen(BALANCE);
        set(BALANCE, "1");
        SeenValue first = seen(BALANCE);
        set(BALANCE, "1");
        SeenValue second = seen(BALANCE);
        remove(BALANCE);
        assertThat(seen(BALANCE)).isEqualTo(none);
        set(BALANCE, "1");
        for (SeenValue seen : List.of(none, first, second)) {
            assertThat(state(waitingFor(seen))).isEqualTo(RunState.QUEUED);
            record(completed(claim(PARENT)));
        }
    }

    /** Invariant: whichever of the two is first, a run does not stay WAITING whose value has changed; here in one commit. */
    @Test
    void oneCommitThatBeginsTheWaitAndEndsItLeavesNobodyWaiting() {
        Values values = (Values) store.values();
        for (boolean changesFirst : List.of(true, false)) {
            SeenValue seen = seen(BALANCE);
            RunId run = enqueue(PARENT);
            Report wait = waitsFor(claim(PARENT), null, true, seen);
            ((SqliteStore) store).writer.call(tx -> {
                if (changesFirst) {
                    values.change(tx, BALANCE, json("1"));
                }
                Recording.record(tx, List.of(wait));
                return changesFirst || values.change(tx, BALANCE, json("1")).version() > 0;
            });
            assertThat(state(run)).as("changes first: %s", changesFirst).isEqualTo(RunState.QUEUED);
            record(completed(claim(PARENT)));
        }
    }

    /** Both were read by the same body, in parts of it that go on beside each other. */
    @Test
    void ofAValueThatWasReadTwiceTheChangeBetweenCounts() {
        SeenValue none = seen(BALANCE);
        set(BALANCE, "1");
        SeenValue now = seen(BALANCE);
        for (List<SeenValue> both : List.of(List.of(none, now), List.of(now, none))) {
            RunId run = enqueue(PARENT);
            record(waitsFor(claim(PARENT), null, true, both.toArray(SeenValue[]::new)));
            assertThat(state(run)).isEqualTo(RunState.QUEUED);
            record(completed(claim(PARENT)));
            RunId needsAll = enqueue(PARENT);
            record(waitsFor(claim(PARENT), null, false, both.toArray(SeenValue[]::new)));
            assertThat(state(needsAll)).isEqualTo(RunState.WAITING);
            store.cancel(needsAll, "enough");
        }
    }

    /** It has changed after what of both is the later version of it. */
    @Test
    void aValueThatWasReadBeforeAndAfterItsRemovalHasChanged() {
        set(BALANCE, "1");
        SeenValue there = seen(BALANCE);
        remove(BALANCE);
        SeenValue gone = seen(BALANCE);
        for (boolean any : List.of(true, false)) {
            for (List<SeenValue> both : List.of(List.of(there, gone), List.of(gone, there))) {
                RunId run = enqueue(PARENT);
                record(waitsFor(claim(PARENT), null, any, both.toArray(SeenValue[]::new)));
                assertThat(state(run)).as("any: %s, %s", any, both).isEqualTo(RunState.QUEUED);
                record(completed(claim(PARENT)));
            }
        }
    }

    @Test
    void manyValuesAreWaitedForTogether() {
        SeenValue[] names = new SeenValue[Batch.ROWS + 7];
        for (int i = 0; i < names.length; i++) {
            names[i] = new SeenValue("value " + i, 0);
        }
        RunId run = enqueue(PARENT);
        record(waitsFor(claim(PARENT), null, false, names));
        for (SeenValue value : names) {
            assertThat(state(run)).isEqualTo(RunState.WAITING);
            set(value.name(), "1");
        }
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
    }

    // ── what is kept of a wait

    @Test
    void nothingIsKeptOfAWaitThatIsOver() throws SQLException {
        RunId byChange = waitingFor(seen(BALANCE));
        set(BALANCE, "1");
        RunId byTime = enqueue(CHILD);
        record(waitsFor(claim(CHILD), HOUR, true, seen(BALANCE)));
        assertThat(count(ROWS)).isEqualTo(1);
        clock.advance(HOUR);
        store.advance();
        RunId atOnce = enqueue("other");
        record(waitsFor(claim("other"), null, true, new SeenValue(BALANCE, 0)));
        for (RunId run : List.of(byChange, byTime, atOnce)) {
            assertThat(state(run)).isEqualTo(RunState.QUEUED);
        }
        assertThat(count(ROWS)).isZero();
    }

    @Test
    void nothingIsKeptOfAWaitWhoseTimeHasCome() throws SQLException {
        RunId run = enqueue(PARENT);
        record(waitsFor(claim(PARENT), Duration.ZERO, true, seen(BALANCE)));
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
        assertThat(count(ROWS)).isZero();
    }

    @Test
    void whatIsKeptGoesWithItsRun() throws SQLException {
        RunId run = waitingFor(seen(BALANCE));
        store.cancel(run, "enough");
        set(BALANCE, "1");
        assertThat(state(run)).isEqualTo(RunState.CANCELED);
        assertThat(store.purge(run, false)).isEqualTo(PurgeAnswer.PURGED);
        assertThat(count(ROWS)).isZero();
    }

    /** The value may be waited for again, with what it was read as then. */
    @Test
    void aWaitThatFollowsIsForWhatWasReadLast() {
        RunId run = waitingFor(seen(BALANCE));
        set(BALANCE, "1");
        SeenValue early = seen(BALANCE);
        record(waitsFor(claim(PARENT), HOUR, true, early));
        assertThat(state(run)).isEqualTo(RunState.WAITING);
        clock.advance(HOUR);
        store.advance();
        set(BALANCE, "2");
        Claim claim = claim(PARENT);
        record(waitsFor(claim, null, true, seen(BALANCE)));
        assertThat(state(run)).isEqualTo(RunState.WAITING);
        set(BALANCE, "3");
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
    }

    @Test
    void aValueThatARunWaitedForEarlierDoesNotEndItsWait() {
        RunId run = enqueue(PARENT);
        record(waitsFor(claim(PARENT), HOUR, true, seen(BALANCE)));
        clock.advance(HOUR);
        store.advance();
        record(waitsFor(claim(PARENT), null, true, seen("other")));
        set(BALANCE, "1");
        assertThat(state(run)).isEqualTo(RunState.WAITING);
        set("other", "1");
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
    }

    @Test
    void aRunMayWaitForAllOfSeveralKinds() {
        RunId run = enqueue(PARENT);
        Claim claim = claim(PARENT);
        NewRun child = child(run);
        spawnAwaited(claim, 1, child);
        Instant now = clock.instant();
        Report.Awaits awaits = new Report.Awaits(List.of(child.id()), List.of(), List.of(seen(BALANCE)), false);
        record(new Report.Waiting(claim, now, now, List.of(), null, awaits));
        record(completed(claim(CHILD)));
        assertThat(state(run)).isEqualTo(RunState.WAITING);
        set(BALANCE, "1");
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
    }

    // ── what it costs

    /** As long as only values are awaited, runs that end are not looked for among what is. */
    @Test
    void endsOfRunsCostNothingWhileValuesAreAwaited() throws SQLException {
        waitingFor(seen(BALANCE));
        assertThat(count(Awaited.IS_OPEN)).isZero();
    }

    @Test
    void valuesAreFoundInAnIndex() throws SQLException {
        assertThat(plan(Values.FIND_ALL)).anyMatch(line -> line.startsWith("SEARCH value USING INDEX"));
        assertThat(plan(Values.FIND_UNDER)).anyMatch(line -> line.startsWith("SEARCH v USING INDEX"));
        assertThat(plan(Values.IS_AWAITED)).anyMatch(line -> line.contains("awaited_value"));
    }
}

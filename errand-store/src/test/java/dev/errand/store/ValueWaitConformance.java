package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.PurgeAnswer;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.TokenId;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Runs that wait for values to change. */
public abstract class ValueWaitConformance extends ValueTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String BALANCE = "balance";

    private TokenId token() {
        Instant now = clock.instant();
        NewToken token = new NewToken(TokenId.random(), "approval", null, List.of(), now, now.plus(HOUR), null);
        return store.tokens().create(token).id();
    }

    private void complete(TokenId token) {
        store.tokens().end(token, "1".getBytes(StandardCharsets.UTF_8), null);
    }

    private void assertWaits(RunId run) {
        advanceAll();
        assertThat(state(run)).isEqualTo(RunState.WAITING);
    }

    private void assertGoesOn(RunId run) {
        advanceAll();
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
    }

    @Test
    void whatIsWaitedForIsKnown() {
        RunId run = enqueueGreet();
        begin(waiting(claimOne(), null, true, seen(BALANCE)));
        assertWaits(run);
        assertThat(store.values().awaited(List.of("none", BALANCE))).containsExactly(BALANCE);
        set(BALANCE, "11");
        assertGoesOn(run);
        record(completed(claimOne()));
        assertThat(store.values().awaited(List.of(BALANCE))).isEmpty();
        assertThat(store.values().awaited(List.of())).isEmpty();
    }

    // ── changes after the wait

    @Test
    void aRunGoesOnWhenItsValueChanges() {
        set(BALANCE, "5");
        RunId run = enqueueGreet();
        begin(waiting(claimOne(), null, true, seen(BALANCE)));
        assertWaits(run);
        set("another", "1");
        assertWaits(run);
        set(BALANCE, "11");
        assertGoesOn(run);
        Claim again = claimOne();
        assertThat(again.resumed()).isTrue();
        assertThat(again.attempt()).isEqualTo(1);
        record(completed(again));
        set(BALANCE, "12");
        advanceAll();
        assertThat(state(run)).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void aRunGoesOnWhenItsValueIsSetForTheFirstTime() {
        RunId run = enqueueGreet();
        begin(waiting(claimOne(), null, true, seen(BALANCE)));
        assertWaits(run);
        set(BALANCE, "11");
        assertGoesOn(run);
    }

    @Test
    void aRunGoesOnWhenItsValueIsRemoved() {
        set(BALANCE, "11");
        RunId run = enqueueGreet();
        begin(waiting(claimOne(), null, true, seen(BALANCE)));
        assertWaits(run);
        set(BALANCE, null);
        assertGoesOn(run);
    }

    @Test
    void aRunGoesOnWhenItsValueIsSetToWhatItWas() {
        set(BALANCE, "5");
        RunId run = enqueueGreet();
        begin(waiting(claimOne(), null, true, seen(BALANCE)));
        assertWaits(run);
        set(BALANCE, null);
        set(BALANCE, "5");
        assertGoesOn(run);
    }

    @Test
    void aRunGoesOnWhenATransactionOfAUsersHasChangedItsValue() throws SQLException {
        set(BALANCE, "5");
        for (@Nullable String json : new @Nullable String[] {"6", null, "7"}) {
            RunId run = enqueueGreet();
            begin(waiting(claimOne(), null, true, seen(BALANCE)));
            assertWaits(run);
            try (Connection connection = connect()) {
                set(connection, BALANCE, "8");
                connection.rollback();
                assertWaits(run);
                set(connection, BALANCE, json);
                connection.commit();
            }
            assertGoesOn(run);
            record(completed(claimOne()));
        }
    }

    @Test
    void allRunsGoOnThatWaitForAValue() {
        List<RunId> runs = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            runs.add(enqueueGreet());
            begin(waiting(claimOne(), null, i % 2 == 0, seen(BALANCE)));
        }
        runs.forEach(this::assertWaits);
        set(BALANCE, "1");
        advanceAll();
        assertThat(runs).allMatch(run -> state(run) == RunState.QUEUED);
    }

    /** More than are looked at in one go. */
    @Test
    void veryManyRunsGoOnThatWaitForAValue() {
        store.enqueue(NewRuns.many(1_300, GREET, clock));
        SeenValue seen = seen(BALANCE);
        List<Report> waits = new ArrayList<>();
        while (waits.size() < 1_300) {
            claim(store, 1_300).forEach(claim -> waits.add(waiting(claim, null, true, seen)));
        }
        assertThat(await(store.record(waits))).containsOnly(Receipt.RECORDED);
        advanceAll();
        assertThat(waits).allMatch(wait -> state(wait.claim().run()) == RunState.WAITING);
        set("another", "1");
        set(BALANCE, "1");
        set(BALANCE, "2");
        advanceAll();
        assertThat(waits).allMatch(wait -> state(wait.claim().run()) == RunState.QUEUED);
    }

    @Test
    void aRunWaitsForAValueAgainAndAgain() {
        RunId run = enqueueGreet();
        for (int i = 0; i < 5; i++) {
            begin(waitingInStep(claimOne(), seen(BALANCE)));
            assertWaits(run);
            set(BALANCE, Integer.toString(i));
            set(BALANCE, Integer.toString(i));
            assertGoesOn(run);
        }
    }

    @Test
    void aRunThatHasGoneOnIsNotWokenFromAnotherWait() {
        RunId run = enqueueGreet();
        begin(waiting(claimOne(), null, true, seen(BALANCE)));
        assertWaits(run);
        set(BALANCE, "1");
        assertGoesOn(run);
        begin(waiting(claimOne(), null, true, seen("another")));
        assertWaits(run);
        set(BALANCE, "2");
        assertWaits(run);
        set("another", "1");
        assertGoesOn(run);
        Report.Waiting nap = new Report.Waiting(
                claimOne(),
                clock.instant(),
                clock.instant(),
                List.of(),
                clock.instant().plus(HOUR),
                null);
        begin(nap);
        set(BALANCE, "3");
        set("another", "3");
        assertWaits(run);
    }

    @Test
    void aWaitOutlivesAllProcesses() {
        RunId run = enqueueGreet();
        begin(waiting(claimOne(), null, true, seen(BALANCE)));
        kill(store);
        store = openNode("next");
        assertWaits(run);
        set(BALANCE, "1");
        kill(store);
        store = openNode("next");
        assertGoesOn(run);
    }

    // ── changes before the wait

    @Test
    void aValueThatWasChangedAfterItWasReadIsNotWaitedFor() throws SQLException {
        for (String how : List.of("set", "remove", "transaction")) {
            set(BALANCE, "5");
            RunId run = enqueueGreet();
            Claim claim = claimOne();
            SeenValue seen = seen(BALANCE);
            advanceAll();
            switch (how) {
                case "set" -> set(BALANCE, "6");
                case "remove" -> set(BALANCE, null);
                default -> {
                    try (Connection connection = connect()) {
                        set(connection, BALANCE, "6");
                        connection.commit();
                    }
                }
            }
            advanceAll(); // nobody waits
            begin(waiting(claim, null, true, seen));
            assertGoesOn(run);
            record(completed(claimOne()));
        }
    }

    @Test
    void ofAValueThatWasRemovedAndSetAgainTheOldVersionIsNotWaitedFor() {
        set(BALANCE, "5");
        SeenValue seen = seen(BALANCE);
        set(BALANCE, null);
        set(BALANCE, "5");
        RunId run = enqueueGreet();
        begin(waiting(claimOne(), null, true, seen));
        assertGoesOn(run);
    }

    // ── beside others

    @Test
    void timeEndsAWaitForAValue() {
        RunId run = enqueueGreet();
        begin(waiting(claimOne(), HOUR, true, seen(BALANCE)));
        assertWaits(run);
        clock.advance(HOUR);
        assertGoesOn(run);
        begin(waiting(claimOne(), HOUR, true, seen(BALANCE)));
        set(BALANCE, "1");
        assertGoesOn(run);
    }

    @Test
    void oneOfSeveralValuesSuffices() {
        set("a", "1");
        RunId run = enqueueGreet();
        for (String name : List.of("a", "b", "c")) {
            begin(waitingInStep(claimOne(), seen("a"), seen("b"), seen("c")));
            assertWaits(run);
            set(name, "2");
            assertGoesOn(run);
        }
    }

    @Test
    void allOfSeveralValuesAreNeeded() {
        RunId run = enqueueGreet();
        begin(waiting(claimOne(), null, false, seen("a"), seen("b")));
        assertWaits(run);
        set("b", "1");
        assertWaits(run);
        set("b", "2");
        assertWaits(run);
        set("a", "1");
        assertGoesOn(run);
    }

    /** It changed while somebody looked. */
    @Test
    void aValueThatWasReadTwiceHasChangedInBetweenForWhomAnySuffices() {
        for (boolean laterFirst : new boolean[] {true, false}) {
            SeenValue earlier = seen(BALANCE);
            set(BALANCE, "1");
            RunId run = enqueueGreet();
            begin(waiting(claimOne(), null, true, twice(earlier, seen(BALANCE), laterFirst)));
            assertGoesOn(run);
            record(completed(claimOne()));
        }
    }

    @Test
    void aValueThatWasReadTwiceIsToBeAnotherThanTheLaterWhereAllAreNeeded() {
        for (boolean laterFirst : new boolean[] {true, false}) {
            SeenValue earlier = seen(BALANCE);
            set(BALANCE, "1");
            RunId run = enqueueGreet();
            begin(waiting(claimOne(), null, false, twice(earlier, seen(BALANCE), laterFirst)));
            assertWaits(run);
            set(BALANCE, "2");
            assertGoesOn(run);
            record(completed(claimOne()));
        }
    }

    private static SeenValue[] twice(SeenValue earlier, SeenValue later, boolean laterFirst) {
        return laterFirst ? new SeenValue[] {later, earlier} : new SeenValue[] {earlier, later};
    }

    @Test
    void aValueOrATokenSuffices() {
        TokenId token = token();
        RunId run = enqueueGreet();
        begin(waiting(claimOne(), null, new Report.Awaits(List.of(), List.of(token), List.of(seen(BALANCE)), true)));
        assertWaits(run);
        set(BALANCE, "1");
        assertGoesOn(run);
        begin(waiting(claimOne(), null, new Report.Awaits(List.of(), List.of(token), List.of(seen(BALANCE)), true)));
        assertWaits(run);
        complete(token);
        assertGoesOn(run);
    }

    @Test
    void aValueAndATokenAreNeeded() {
        for (boolean valueFirst : new boolean[] {true, false}) {
            TokenId token = token();
            RunId run = enqueueGreet();
            begin(waiting(
                    claimOne(), null, new Report.Awaits(List.of(), List.of(token), List.of(seen(BALANCE)), false)));
            assertWaits(run);
            if (valueFirst) {
                set(BALANCE, "1");
            } else {
                complete(token);
            }
            assertWaits(run);
            if (valueFirst) {
                complete(token);
            } else {
                set(BALANCE, "2");
            }
            assertGoesOn(run);
            record(completed(claimOne()));
        }
    }

    @Test
    void aTokenThatHasEndedAndAValueThatHasNotChangedAreWaitedForTogether() {
        TokenId token = token();
        complete(token);
        RunId run = enqueueGreet();
        begin(waiting(claimOne(), null, new Report.Awaits(List.of(), List.of(token), List.of(seen(BALANCE)), false)));
        assertWaits(run);
        set(BALANCE, "1");
        assertGoesOn(run);
    }

    @Test
    void aRunThatIsPurgedWaitsForNothing() {
        RunId run = enqueueGreet();
        begin(waiting(claimOne(), null, true, seen(BALANCE)));
        advanceAll();
        assertThat(store.purge(run, false)).isEqualTo(PurgeAnswer.PURGED);
        set(BALANCE, "1");
        advanceAll();
        assertThat(store.find(run)).isEmpty();
        assertThat(store.advance().filter(due -> !due.isAfter(clock.instant()))).isEmpty();
    }
}

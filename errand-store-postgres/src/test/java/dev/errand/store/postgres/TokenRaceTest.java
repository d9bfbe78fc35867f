package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Retention;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.StoreException;
import dev.errand.TokenId;
import dev.errand.TokenInfo;
import dev.errand.TokenState;
import dev.errand.store.Claim;
import dev.errand.store.NewToken;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.StepEntry;
import dev.errand.store.Store;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Invariant: whichever commits first, the wait for a token or its end, no run whose token has ended stays WAITING. Both orders are forced by
 * locks that stop the one in its midst, and the other has to wait then.
 */
@Order(3)
class TokenRaceTest extends TwoNodes {
    private static final byte[] VALUE = "1".getBytes(StandardCharsets.UTF_8);

    private static List<Claim> claimed(Store store, int many) throws Exception {
        return claimed(store, "wait", many);
    }

    private TokenId create() {
        return create(Duration.ofHours(1));
    }

    private TokenId create(Duration timeout) {
        Instant now = CLOCK.instant();
        return first.tokens()
                .create(new NewToken(TokenId.random(), "approval", null, List.of(), now, now.plus(timeout), null))
                .id();
    }

    private static Report waiting(Claim claim, boolean withStep, List<TokenId> tokens) {
        Instant now = CLOCK.instant();
        StepEntry step = new StepEntry(1, "wait", "wait", claim.attempt(), now, null, null, null);
        Report.Awaits awaits = new Report.Awaits(List.of(), tokens, false);
        return new Report.Waiting(claim, now, now, withStep ? List.of(step) : List.of(), null, awaits);
    }

    private static CompletableFuture<Optional<Boolean>> end(Store store, TokenId token) {
        return aside(() -> store.tokens().end(token, VALUE, null));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoEndsATokenWaitsForThoseWhoBeginToWaitForItAndWakesThem(boolean withStep) throws Exception {
        Claim claim = claimed(first, 1).getFirst();
        TokenId token = create();
        try (Connection other = server.connect(database)) {
            other.setAutoCommit(false);
            execute(other, "lock table errand.event in share mode"); // which is written last
            CompletableFuture<List<Receipt>> wait = first.record(List.of(waiting(claim, withStep, List.of(token))))
                    .toCompletableFuture();
            awaitBlocked(1);
            CompletableFuture<Optional<Boolean>> end = end(second, token);
            awaitBlocked(2);
            assertThat(wait).isNotDone();
            assertThat(end).isNotDone();
            other.rollback();
            assertThat(get(wait)).containsExactly(Receipt.RECORDED);
            assertThat(get(end)).contains(true);
        }
        second.advance();
        assertThat(state(claim.run())).isEqualTo(RunState.QUEUED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoBeginsToWaitForATokenWaitsForThoseWhoEndItAndSeesThat(boolean withStep) throws Exception {
        Claim claim = claimed(first, 1).getFirst();
        TokenId token = create();
        try (Connection other = server.connect(database)) {
            other.setAutoCommit(false);
            execute(other, "lock table errand.awaited in exclusive mode"); // which is written after the token
            CompletableFuture<Optional<Boolean>> end = end(second, token);
            awaitBlocked(1);
            CompletableFuture<List<Receipt>> wait = first.record(List.of(waiting(claim, withStep, List.of(token))))
                    .toCompletableFuture();
            awaitBlocked(2);
            assertThat(wait).isNotDone();
            assertThat(end).isNotDone();
            other.rollback();
            assertThat(get(end)).contains(true);
            assertThat(get(wait)).containsExactly(Receipt.RECORDED);
        }
        assertThat(state(claim.run())).isEqualTo(RunState.QUEUED);
    }

    @Test
    void whoLooksAfterATokensTimeWaitsForWhoEndsItBefore() throws Exception {
        TokenId token = create(Duration.ofSeconds(3));
        try (Connection other = server.connect(database)) {
            other.setAutoCommit(false);
            execute(other, "lock table errand.awaited in exclusive mode"); // which is written after the token
            CompletableFuture<Optional<Boolean>> end = end(second, token);
            awaitBlocked(1);
            await("select count(*) from errand.token where timeout < errand.now()", 1);
            CompletableFuture<Optional<TokenInfo>> look =
                    aside(() -> first.tokens().find(token));
            awaitBlocked(2);
            assertThat(look).isNotDone();
            other.rollback();
            assertThat(get(end)).contains(true);
            assertThat(get(look).orElseThrow().state()).isEqualTo(TokenState.COMPLETED);
        }
    }

    /** Whatever time it is where he is. */
    @Test
    void nobodyEndsATokenAfterSomebodyWasToldThatItTimedOut() throws Exception {
        TokenId token = create();
        try (PostgresStore late = open(Clock.offset(CLOCK, Duration.ofHours(2)))) {
            assertThat(late.tokens().find(token).orElseThrow().state()).isEqualTo(TokenState.TIMED_OUT);
        }
        assertThat(get(end(first, token))).contains(false);
        TokenInfo timedOut = first.tokens().find(token).orElseThrow();
        assertThat(timedOut.state()).isEqualTo(TokenState.TIMED_OUT);
        assertThat(timedOut.endedAt()).isEqualTo(timedOut.timeoutAt());
        Claim claim = claimed(first, 1).getFirst();
        assertThat(get(first.record(List.of(waiting(claim, true, List.of(token))))
                        .toCompletableFuture()))
                .containsExactly(Receipt.RECORDED);
        assertThat(state(claim.run())).isEqualTo(RunState.QUEUED);
    }

    /** Two who begin to wait for one token do not wait for each other. */
    @Test
    void manyBeginToWaitForATokenAtOnce() throws Exception {
        Claim one = claimed(first, 1).getFirst();
        Claim two = claimed(second, 1).getFirst();
        TokenId token = create();
        try (Connection other = server.connect(database)) {
            other.setAutoCommit(false);
            execute(other, "select 1 from errand.token for share");
            assertThat(get(first.record(List.of(waiting(one, true, List.of(token))))
                            .toCompletableFuture()))
                    .containsExactly(Receipt.RECORDED);
            assertThat(get(second.record(List.of(waiting(two, true, List.of(token))))
                            .toCompletableFuture()))
                    .containsExactly(Receipt.RECORDED);
            other.rollback();
        }
        assertThat(get(end(first, token))).contains(true);
        first.advance();
        assertThat(state(one.run())).isEqualTo(RunState.QUEUED);
        assertThat(state(two.run())).isEqualTo(RunState.QUEUED);
    }

    @Test
    void whoPrunesLeavesATokenThatSomebodyBeginsToWaitFor() throws Exception {
        TokenId token = create();
        get(end(first, token));
        Claim claim = claimed(first, 1).getFirst();
        try (Connection other = server.connect(database)) {
            other.setAutoCommit(false);
            execute(other, "lock table errand.event in share mode");
            CompletableFuture<List<Receipt>> wait =
                    first.record(List.of(waiting(claim, true, List.of(token)))).toCompletableFuture();
            awaitBlocked(1);
            second.prune(Retention.all(Duration.ofNanos(1_000)), 100);
            other.rollback();
            assertThat(get(wait)).containsExactly(Receipt.RECORDED);
        }
        second.prune(Retention.all(Duration.ofNanos(1_000)), 100);
        assertThat(first.tokens().find(token)).isPresent();
        assertThat(state(claim.run())).isEqualTo(RunState.QUEUED);
    }

    /** Each of two nodes begins to wait for the same tokens, in another order, while they end and both look who is to wake. */
    @Test
    void nobodyLocksAnotherOutAndNobodyIsLeftWaiting() throws Exception {
        Random random = new Random(7);
        for (int round = 0; round < 40; round++) {
            List<TokenId> tokens = List.of(create(), create(), create());
            List<CompletableFuture<?>> all = new ArrayList<>();
            List<RunId> runs = new ArrayList<>();
            for (PostgresStore store : List.of(first, second)) {
                List<Report> waits = new ArrayList<>();
                for (Claim claim : claimed(store, 5)) {
                    List<TokenId> shuffled = new ArrayList<>(tokens);
                    Collections.shuffle(shuffled, random);
                    waits.add(waiting(claim, random.nextBoolean(), shuffled));
                    runs.add(claim.run());
                }
                all.add(store.record(waits).toCompletableFuture());
                tokens.forEach(token -> all.add(end(store, token)));
                all.add(aside(store::advance));
            }
            for (CompletableFuture<?> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
            first.advance();
            second.advance();
            assertThat(runs).as("in round %d", round).allMatch(run -> state(run) == RunState.QUEUED);
            runs.forEach(run -> first.purge(run, true));
        }
        first.close();
        second.close();
        await(
                "select count(*) from pg_stat_activity where datname = '" + database + "' and pid <> pg_backend_pid()",
                0);
        assertThat(server.query(database, "select deadlocks from pg_stat_database where datname = current_database()"))
                .isEqualTo("0");
    }

    /** Also if both bring the same value: who ended it knows himself again, and nobody else does. */
    @Test
    void ofTwoWhoseAnswersAreLostOneIsToldThatHeEndedIt() throws Exception {
        int sure = 0;
        for (int round = 0; round < 40; round++) {
            TokenId token = untilAnswered(this::create);
            List<CompletableFuture<Optional<Boolean>>> ends = List.of(end(first, token), end(second, token));
            server.terminate(database);
            List<Optional<Boolean>> answers = new ArrayList<>();
            for (CompletableFuture<Optional<Boolean>> end : ends) {
                answers.add(get(end.exceptionally(error -> Optional.empty())));
            }
            assertThat(answers.stream().filter(Optional.of(true)::equals)).hasSizeLessThanOrEqualTo(1);
            if (answers.stream().allMatch(Optional::isPresent)) {
                assertThat(answers).contains(Optional.of(true));
                sure++;
            }
        }
        assertThat(sure).as("rounds in which both were answered").isPositive();
    }

    private static <T> T untilAnswered(Supplier<T> request) {
        while (true) {
            try {
                return request.get();
            } catch (StoreException e) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
        }
    }
}

package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.CancelAnswer;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.StepEntry;
import dev.errand.store.Store;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Invariant: no run stays WAITING that has watched one which has ended since it looked, whichever commits first. Both orders are forced by locks
 * that stop the one in its midst, and the other has to wait then.
 */
@Order(3)
class WatchRaceTest extends TwoNodes {
    private static Report waiting(Claim claim, List<RunId> watched) {
        Instant now = CLOCK.instant();
        StepEntry step = new StepEntry(1, "until", "until", claim.attempt(), now, null, null, null);
        Report.Awaits awaits = new Report.Awaits(List.of(), List.of(), List.of(), watched, true);
        return new Report.Waiting(claim, now, now, List.of(step), null, awaits);
    }

    private static Report completed(Claim claim) {
        Instant now = CLOCK.instant();
        byte[] output = "1".getBytes(StandardCharsets.UTF_8);
        return new Report.Ended(claim, RunState.COMPLETED, now, now, output, null, null, false);
    }

    private static CompletableFuture<List<Receipt>> end(Store store, Claim... claims) {
        return store.record(
                        List.of(claims).stream().map(WatchRaceTest::completed).toList())
                .toCompletableFuture();
    }

    @Test
    void whoEndsARunWaitsForThoseWhoBeginToWatchItAndWakesThem() throws Exception {
        Claim claim = claimed(first, "watcher", 1).getFirst();
        Claim watched = claimed(second, "watched", 2).getFirst(); // of a chunk that goes on to be
        try (Connection other = server.connect(database)) {
            other.setAutoCommit(false);
            execute(
                    other,
                    "lock table errand.awaited in exclusive mode"); // which is written after the run's row is locked
            CompletableFuture<Receipt> watch = aside(() -> first.watches().watch(claim, List.of(watched.run())));
            awaitBlocked(1);
            CompletableFuture<List<Receipt>> end = end(second, watched);
            awaitBlocked(2);
            assertThat(watch).isNotDone();
            assertThat(end).isNotDone();
            other.rollback();
            assertThat(get(watch)).isEqualTo(Receipt.RECORDED);
            assertThat(get(end)).containsExactly(Receipt.RECORDED);
        }
        assertThat(first.watches().ended(claim.run(), List.of(watched.run()))).containsExactly(watched.run());
        get(first.record(List.of(waiting(claim, List.of(watched.run())))).toCompletableFuture());
        assertThat(state(claim.run())).isEqualTo(RunState.QUEUED);
    }

    @Test
    void whoBeginsToWatchARunWaitsForThoseWhoEndItAndSeesThat() throws Exception {
        Claim claim = claimed(first, "watcher", 1).getFirst();
        Claim watched = claimed(second, "watched", 2).getFirst();
        try (Connection other = server.connect(database)) {
            other.setAutoCommit(false);
            execute(other, "lock table errand.event in share mode"); // which is written last
            CompletableFuture<List<Receipt>> end = end(second, watched);
            awaitBlocked(1);
            CompletableFuture<Receipt> watch = aside(() -> first.watches().watch(claim, List.of(watched.run())));
            assertThatThrownBy(() -> watch.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            other.rollback();
            assertThat(get(end)).containsExactly(Receipt.RECORDED);
            assertThat(get(watch)).isEqualTo(Receipt.RECORDED);
        }
        assertThat(state(watched.run())).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void aTransactionThatEndsARunAndStaysOpenHoldsUpWhoWatchesThatOneAndNobodyElse() throws Exception {
        List<Claim> claims = claimed(first, "watcher", 3);
        Claim ended = claimed(second, "watched", 1).getFirst();
        Claim free = claimed(second, "watched", 1).getFirst();
        get(second.record(List.of(new Report.Started(ended, CLOCK.instant()))).toCompletableFuture());
        try (Connection user = server.connect(database)) {
            user.setAutoCommit(false);
            second.complete(user, () -> null, (Report.Ended) completed(ended));
            CompletableFuture<Receipt> watch =
                    aside(() -> first.watches().watch(claims.getFirst(), List.of(ended.run(), free.run())));
            assertThatThrownBy(() -> watch.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            assertThat(first.watches().watch(claims.get(1), List.of(free.run())))
                    .isEqualTo(Receipt.RECORDED);
            assertThat(get(aside(() -> first.cancel(claims.get(2).run(), "enough")))
                            .answer())
                    .isEqualTo(CancelAnswer.OK);
            assertThat(watch).isNotDone();
            user.commit();
            assertThat(get(watch)).isEqualTo(Receipt.RECORDED);
        }
        assertThat(state(ended.run())).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void whoPrunesARunThatSomebodyBeginsToWatchTellsHim() throws Exception {
        Claim claim = claimed(first, "watcher", 1).getFirst();
        Claim watched = claimed(second, "watched", 1).getFirst();
        get(end(second, watched));
        try (Connection other = server.connect(database)) {
            other.setAutoCommit(false);
            execute(other, "lock table errand.awaited in exclusive mode");
            CompletableFuture<Receipt> watch = aside(() -> first.watches().watch(claim, List.of(watched.run())));
            awaitBlocked(1);
            CompletableFuture<?> purge = aside(() -> second.purge(watched.run(), false));
            awaitBlocked(2);
            other.rollback();
            assertThat(get(watch)).isEqualTo(Receipt.RECORDED);
            get(purge);
        }
        get(first.record(List.of(waiting(claim, List.of(watched.run())))).toCompletableFuture());
        assertThat(state(claim.run())).isEqualTo(RunState.QUEUED);
    }

    /** As a condition does: watches, looks, and waits only if none has ended. The nodes end what the other's runs watch. */
    private CompletableFuture<Void> watchAndWait(PostgresStore store, Claim claim, List<RunId> watched) {
        return aside(() -> {
            assertThat(store.watches().watch(claim, watched)).isEqualTo(Receipt.RECORDED);
            boolean any = watched.stream()
                    .anyMatch(run -> store.find(run).orElseThrow().state().isTerminal());
            Report next = any ? completed(claim) : waiting(claim, watched);
            assertThat(store.record(List.of(next)).toCompletableFuture().join()).containsExactly(Receipt.RECORDED);
            return null;
        });
    }

    @Test
    void nobodyLocksAnotherOutAndNobodyIsLeftWaiting() throws Exception {
        Random random = new Random(7);
        for (int round = 0; round < 8; round++) {
            List<Claim> watched = new ArrayList<>(claimed(first, "watched", 3));
            watched.addAll(claimed(second, "watched", 3));
            List<RunId> ids = watched.stream().map(Claim::run).toList();
            List<CompletableFuture<?>> all = new ArrayList<>();
            List<RunId> runs = new ArrayList<>();
            for (PostgresStore store : List.of(first, second)) {
                for (Claim claim : claimed(store, "watcher", 4)) {
                    List<RunId> some = new ArrayList<>(ids);
                    Collections.shuffle(some, random);
                    all.add(watchAndWait(store, claim, some.subList(0, 3)));
                    runs.add(claim.run());
                }
            }
            for (int i = 0; i < watched.size(); i++) {
                all.add(end(i < 3 ? first : second, watched.get(i)));
                all.add(aside(i % 2 == 0 ? first::advance : second::advance));
            }
            for (CompletableFuture<?> one : all) {
                get(one);
            }
            first.advance();
            second.advance();
            assertThat(runs).as("in round %d", round).noneMatch(run -> state(run) == RunState.WAITING);
            runs.forEach(run -> first.purge(run, true));
        }
        first.close();
        second.close();
        assertThat(server.query(database, "select deadlocks from pg_stat_database where datname = current_database()"))
                .isEqualTo("0");
    }
}

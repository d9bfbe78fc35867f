package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Limits;
import dev.errand.RunId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A claim says that nothing is kept of its run's steps only where that is so: nobody looks then. */
public abstract class SteplessConformance extends StepTest {
    private static final int MANY = 20;

    private List<Claim> claimMany() {
        store.enqueue(NewRuns.many(MANY, GREET, clock));
        return claimAll(MANY);
    }

    private List<Claim> claimAll(int runs) {
        List<Claim> claims = new ArrayList<>();
        while (claims.size() < runs) {
            claims.addAll(claim(store, runs - claims.size()));
        }
        return claims;
    }

    private void assertThatNoneIsSaidToHaveNone(int runs) {
        List<Claim> again = claimAll(runs);
        assertThat(again).noneMatch(Claim::stepless);
        again.forEach(claim -> assertThat(steps(claim.run())).isNotEmpty());
    }

    @Test
    void newRunsThatCameTogetherAreSaidToHaveNone() {
        assertThat(claimMany()).allMatch(Claim::stepless);
    }

    @Test
    void thoseGivenBackAreNot() {
        assertThatThoseGivenBackAreNot();
    }

    private void assertThatThoseGivenBackAreNot() {
        List<Claim> claims = claimMany();
        claims.forEach(claim -> record(List.of(journaled(claim, done(1, "1")), new Report.Released(claim))));
        assertThatNoneIsSaidToHaveNone(MANY);
    }

    @Test
    void norIsOneGivenBackThatCameAlone() {
        enqueueGreet();
        Claim claim = claimOne();
        record(List.of(journaled(claim, done(1, "1")), new Report.Released(claim)));
        assertThatNoneIsSaidToHaveNone(1);
    }

    @Test
    void norAreThoseWhoseAttemptFailed() {
        List<Claim> claims = claimMany();
        claims.forEach(claim -> record(List.of(journaled(claim, done(1, "1")), retried(claim, Duration.ZERO))));
        assertThatNoneIsSaidToHaveNone(MANY);
    }

    @Test
    void norAreThoseThatANodeLeavesBehind() {
        store.enqueue(NewRuns.many(MANY, GREET, clock));
        Store other = openNode("other");
        List<Claim> claims = claim(other, MANY);
        claims.forEach(claim -> await(other.record(List.of(journaled(claim, done(1, "1"))))));
        other.close();
        assertThatNoneIsSaidToHaveNone(claims.size());
    }

    @Test
    void norAreThoseOfANodeThatDied() {
        store.enqueue(NewRuns.many(MANY, GREET, clock));
        Store other = openNode("other");
        List<Claim> claims = claim(other, MANY);
        claims.forEach(claim -> await(other.record(List.of(journaled(claim, done(1, "1"))))));
        kill(other);
        store.recover();
        assertThatNoneIsSaidToHaveNone(claims.size());
    }

    @Test
    void norAreThoseAmongOthersThatHaveNone() {
        List<Claim> claims = claimMany();
        Set<RunId> some = Set.of(claims.get(3).run(), claims.get(7).run());
        for (Claim claim : claims) {
            if (some.contains(claim.run())) {
                record(journaled(claim, done(1, "1")));
            }
            record(new Report.Released(claim));
        }
        store.enqueue(NewRuns.many(MANY, GREET, clock));
        Set<RunId> stepless = claimAll(2 * MANY).stream()
                .filter(Claim::stepless)
                .map(Claim::run)
                .collect(Collectors.toSet());
        assertThat(stepless).doesNotContainAnyElementsOf(some).hasSizeGreaterThanOrEqualTo(MANY);
    }

    @Test
    void norAreThoseGivenBackUnderALimit() {
        store.queues()
                .declare(List.of(new QueueEntry("task/" + GREET, Limits.none().concurrency(1_000))));
        assertThatThoseGivenBackAreNot();
    }

    @Test
    void norAreThoseGivenBackThatHaveKeys() {
        store.queues()
                .declare(List.of(new QueueEntry("task/" + GREET, Limits.none().concurrencyPerKey(1))));
        for (int i = 0; i < MANY; i++) {
            enqueue(NewRuns.of(GREET, clock).options(RunOptions.NONE.withConcurrencyKey("k" + i)));
        }
        List<Claim> claims = claimAll(MANY);
        claims.forEach(claim -> record(List.of(journaled(claim, done(1, "1")), new Report.Released(claim))));
        assertThatNoneIsSaidToHaveNone(MANY);
    }
}

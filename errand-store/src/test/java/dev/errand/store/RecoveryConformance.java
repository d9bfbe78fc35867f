package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Attempt;
import dev.errand.NodeInfo;
import dev.errand.RunId;
import dev.errand.RunState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes that come, go and die, and what becomes of their claims. */
public abstract class RecoveryConformance extends StoreTest {
    private Store other;

    @BeforeEach
    void joinOther() {
        other = openNode("other");
    }

    @Test
    void aRunWhoseNodeDiedBeforeItsStartIsSuspect() {
        RunId run = enqueueGreet();
        Claim lost = claim(other, 1).getFirst();
        kill(other);
        store.join("first", 1);
        assertThat(store.recover()).isEqualTo(1);
        Claim again = claimOne();
        assertThat(again.run()).isEqualTo(run);
        assertThat(again.attempt()).isEqualTo(1);
        assertThat(again.redeliveries()).isZero();
        assertThat(again.suspect()).isTrue();
        assertThat(record(completed(lost))).isEqualTo(Receipt.LOST);
        assertThat(record(completed(again))).isEqualTo(Receipt.RECORDED);
    }

    @Test
    void aStartedRunWhoseNodeDiedCountsARedelivery() {
        RunId run = enqueueGreet();
        for (int deaths = 1; deaths <= 3; deaths++) {
            Claim claim = claim(other, 1).getFirst();
            await(other.record(List.of(new Report.Started(claim, clock.instant()))));
            kill(other);
            assertThat(store.recover()).isEqualTo(1);
            assertThat(state(run)).isEqualTo(RunState.QUEUED);
            assertThat(info(run).redeliveries()).isEqualTo(deaths);
            assertThat(info(run).attempt()).as("the same again").isEqualTo(1);
            other = openNode("other");
        }
        Claim claim = claim(other, 1).getFirst();
        assertThat(claim.attempt()).isEqualTo(1);
        assertThat(claim.redeliveries()).isEqualTo(3);
        await(other.record(List.of(completed(claim))));
        assertThat(info(run).redeliveries()).isEqualTo(3);
        assertThat(store.attempts(run)).extracting(Attempt::number).containsExactly(1);
    }

    @Test
    void recoveredRunsKeepTheirPlace() {
        List<NewRun> runs = NewRuns.many(50, GREET, clock);
        store.enqueue(runs);
        claim(other, 25);
        kill(other);
        store.join("first", 1);
        assertThat(store.recover()).isEqualTo(25);
        assertThat(claim(store, 50))
                .extracting(Claim::run)
                .isEqualTo(runs.stream().map(NewRun::id).toList());
    }

    @Test
    void theLivingAreLeftAlone() {
        enqueueGreet();
        Claim held = claim(other, 1).getFirst();
        store.join("first", 1);
        assertThat(store.recover()).isZero();
        assertThat(await(other.record(List.of(completed(held))))).containsExactly(Receipt.RECORDED);
    }

    @Test
    void recoveryServesAStandingRequest() {
        RunId run = enqueueGreet();
        claim(other, 1);
        store.join("first", 1);
        CompletionStage<List<Claim>> request = store.claim(new ClaimRequest(1, Set.of(GREET)));
        kill(other);
        store.recover();
        assertThat(await(request)).extracting(Claim::run).containsExactly(run);
    }

    @Test
    void aCancelThatItsDeadHolderDidNotSeeIsDone() {
        RunId run = enqueueGreet();
        Claim claim = claim(other, 1).getFirst();
        await(other.record(List.of(new Report.Started(claim, clock.instant()))));
        store.cancel(run, "enough");
        kill(other);
        store.recover();
        assertThat(state(run)).isEqualTo(RunState.CANCELED);
        assertThat(info(run).reason()).isEqualTo("enough");
    }

    @Test
    void theDeadAreNotListed() {
        long first = store.join("first", 4);
        assertThat(store.nodes()).extracting(NodeInfo::name).containsExactly("other", "first");
        NodeInfo self = store.nodes().getLast();
        assertThat(self.number()).isEqualTo(first);
        assertThat(self.concurrency()).isEqualTo(4);
        assertThat(self.pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(self.startedAt()).isEqualTo(clock.instant());
        assertThat(self.self()).isTrue();
        assertThat(store.nodes().getFirst().self()).isFalse();
        kill(other);
        assertThat(store.nodes()).extracting(NodeInfo::name).containsExactly("first");
        store.leave();
        assertThat(store.nodes()).isEmpty();
    }

    @Test
    void nodeNumbersAreNeverGivenAgain() {
        long first = store.join("first", 1);
        store.leave();
        store.recover();
        assertThat(store.join("first", 1)).isGreaterThan(first);
    }

    @Test
    void aLookSaysThatItIsTimeToRecover() {
        store.join("first", 4);
        kill(other);
        Look look = store.look().orElseThrow();
        assertThat(look.recover()).isTrue();
        assertThat(look.concurrency()).isEqualTo(4);
    }

    @Test
    void aLookSaysNotLaterWhenSomethingIsDueThanItIs() {
        store.join("first", 4);
        store.advance();
        Instant due = clock.instant().plusSeconds(3_600);
        other.enqueue(List.of(NewRuns.of(GREET, clock).in(Duration.ofHours(1)).build()));
        assertThat(store.look().orElseThrow().due()).isBeforeOrEqualTo(due);
        clock.advance(Duration.ofHours(1));
        assertThat(store.look().orElseThrow().due()).isBeforeOrEqualTo(clock.instant());
    }

    @Test
    void aLookOfNoNodeFindsThatItIsNone() {
        store.join("first", 4);
        store.leave();
        assertThat(store.look()).isEmpty();
    }

    @Test
    void aNodeSaysWhatItServes() {
        store.join("first", 1);
        store.serve(Set.of("b", "a"));
        assertThat(other.nodes().getLast().tasks()).containsExactly("a", "b");
    }

    @Test
    void aNodeLearnsTheConcurrencyItIsWished() {
        long first = store.join("first", 4);
        assertThat(store.beat()).contains(4);
        assertThat(other.concurrency(first, 9)).isTrue();
        assertThat(store.beat()).contains(9);
        assertThat(other.nodes().getLast().concurrency()).isEqualTo(9);
        assertThat(other.concurrency(999, 9)).isFalse();
    }

    @Test
    void leavingEndsTheStandingRequest() {
        CompletionStage<List<Claim>> request = other.claim(new ClaimRequest(1, Set.of(GREET)));
        other.leave();
        assertThat(await(request)).isEmpty();
    }

    @Test
    void leavingGivesBackAnExecutingRunToo() {
        RunId run = enqueueGreet();
        Claim claim = claim(other, 1).getFirst();
        await(other.record(List.of(new Report.Started(claim, clock.instant()))));
        other.leave();
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
        assertThat(info(run).redeliveries()).isZero();
        assertThat(await(other.record(List.of(completed(claim))))).containsExactly(Receipt.LOST);
    }
}

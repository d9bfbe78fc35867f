package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Limits;
import dev.errand.OnConflict;
import dev.errand.PurgeAnswer;
import dev.errand.QueueInfo;
import dev.errand.RetryAnswer;
import dev.errand.RunId;
import dev.errand.RunState;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bodies that go on although their runs have ended: limits count them until they leave, or their node does. */
public abstract class LingeringConformance extends StoreTest {
    private static final Limits ONE = Limits.none().concurrency(1);
    private static final int MANY = 110;
    private static final Limits ONE_PER_KEY = Limits.none().concurrencyPerKey(1);

    @BeforeEach
    void joinStore() {
        store.join("first", 10);
    }

    private void declare(Limits limits) {
        store.queues().declare(List.of(new QueueEntry("mail", limits)));
    }

    private RunId enqueue(@Nullable String key) {
        return enqueue(NewRuns.of(GREET, clock)
                .options(RunOptions.NONE.withQueue("mail").withConcurrencyKey(key)));
    }

    private QueueInfo queue() {
        return store.queues().find("mail").orElseThrow();
    }

    private Report.Lingers lingers(Claim claim) {
        return new Report.Lingers(ended(claim, RunState.TIMED_OUT, null, false));
    }

    private Claim lingering(Store node, @Nullable String key) {
        enqueue(key);
        Claim claim = claim(node, 1).getFirst();
        assertThat(await(node.record(List.of(lingers(claim))))).containsExactly(Receipt.RECORDED);
        return claim;
    }

    private void leaves(Claim claim) {
        assertThat(record(new Report.Left(claim))).isEqualTo(Receipt.RECORDED);
    }

    @Test
    void aBodyThatLingersTakesItsSlotUntilItLeaves() {
        declare(ONE);
        Store other = openNode("second");
        Claim claim = lingering(store, null);
        RunId next = enqueue((String) null);
        assertThat(info(claim.run()).state()).isEqualTo(RunState.TIMED_OUT);
        assertThat(info(claim.run()).lingering()).isTrue();
        assertThat(queue().claimed()).isZero();
        assertThat(queue().lingering()).isEqualTo(1);
        assertThat(store.queues().obstacle(next))
                .hasValueSatisfying(
                        why -> assertThat(why).contains("1 of 1 permits taken").contains("do not stop"));
        assertNothingClaimable(store);
        assertNothingClaimable(other);
        CompletionStage<List<Claim>> standing = other.claim(new ClaimRequest(1, Set.of(GREET)));
        leaves(claim);
        assertThat(await(standing)).extracting(Claim::run).containsExactly(next);
        assertThat(info(claim.run()).lingering()).isFalse();
        assertThat(queue().lingering()).isZero();
    }

    @Test
    void whatIsSaidTwiceIsTrueOnce() {
        declare(Limits.none().concurrency(2));
        Claim claim = lingering(store, null);
        assertThat(record(lingers(claim))).isEqualTo(Receipt.RECORDED);
        assertThat(queue().lingering()).isEqualTo(1);
        leaves(claim);
        leaves(claim);
        assertThat(queue().lingering()).isZero();
        enqueue((String) null);
        enqueue((String) null);
        assertThat(claim(store, 10)).hasSize(2);
    }

    @Test
    void whoLingersAndLeavesInOneCommitTakesNothing() {
        declare(ONE);
        enqueue((String) null);
        Claim claim = claimOne();
        RunId next = enqueue((String) null);
        assertThat(await(store.record(List.of(lingers(claim), new Report.Left(claim)))))
                .containsExactly(Receipt.RECORDED, Receipt.RECORDED);
        assertThat(claim(store, 1)).extracting(Claim::run).containsExactly(next);
    }

    @Test
    void otherReportsOfTheSameCommitAreAnsweredEachForItself() {
        declare(Limits.none().concurrency(3));
        enqueue((String) null);
        enqueue((String) null);
        enqueue((String) null);
        Claim lost = claimOne();
        record(completed(lost));
        Claim lingers = claimOne();
        Claim completes = claimOne();
        Claim gone = lingering(store, null);
        assertThat(await(store.record(
                        List.of(new Report.Left(gone), retried(lost, MINUTE), lingers(lingers), completed(completes)))))
                .containsExactly(Receipt.RECORDED, Receipt.RECORDED, Receipt.RECORDED, Receipt.RECORDED);
        assertThat(state(completes.run())).isEqualTo(RunState.COMPLETED);
        assertThat(state(lingers.run())).isEqualTo(RunState.TIMED_OUT);
        assertThat(queue().lingering()).isEqualTo(1);
    }

    @Test
    void onlyItsKeyWaitsForABodyThatLingers() {
        declare(ONE_PER_KEY);
        Claim claim = lingering(store, "u1");
        RunId same = enqueue("u1");
        RunId other = enqueue("u2");
        assertThat(claim(store, 10)).extracting(Claim::run).containsExactly(other);
        assertNothingClaimable(store);
        leaves(claim);
        assertThat(claim(store, 10)).extracting(Claim::run).containsExactly(same);
    }

    @Test
    void aTaskCountsItWhateverQueueItWasIn() {
        declare(Limits.none());
        store.queues().declare(List.of(new QueueEntry("task/" + GREET, ONE)));
        Claim claim = lingering(store, "u1");
        enqueueGreet();
        assertNothingClaimable(store);
        leaves(claim);
        assertThat(claim(store, 10)).hasSize(1);
    }

    /** More than are counted each by itself. */
    @Test
    void aTaskInManyQueuesCountsItInWhicheverItWas() {
        List<QueueEntry> queues = new ArrayList<>(List.of(new QueueEntry("task/" + GREET, ONE)));
        List<NewRun> runs = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            String queue = "queue " + i;
            queues.add(new QueueEntry(queue, Limits.none()));
            runs.add(NewRuns.of(GREET, clock)
                    .options(RunOptions.NONE.withQueue(queue))
                    .build());
        }
        store.queues().declare(queues);
        store.enqueue(runs);
        Claim claim = claimOne();
        assertThat(record(lingers(claim))).isEqualTo(Receipt.RECORDED);
        assertNothingClaimable(store);
        leaves(claim);
        assertThat(claim(store, 10)).hasSize(1);
    }

    @Test
    void limitsThatChangeMeanwhileCountItToo() {
        declare(Limits.none());
        Claim claim = lingering(store, "u1");
        enqueue("u1");
        enqueue("u1");
        store.queues().override("mail", ONE);
        assertNothingClaimable(store);
        store.queues().override("mail", ONE_PER_KEY);
        assertNothingClaimable(store);
        store.queues().override("mail", Limits.none().concurrency(2));
        assertThat(claim(store, 1)).hasSize(1);
        assertNothingClaimable(store);
        leaves(claim);
        assertThat(claim(store, 1)).hasSize(1);
    }

    @Test
    void itCountsUntilItsDeadNodeIsRecovered() {
        declare(ONE);
        Store victim = openNode("victim");
        Claim claim = lingering(victim, null);
        RunId next = enqueue((String) null);
        kill(victim);
        assertNothingClaimable(store);
        store.recover();
        assertThat(claim(store, 10)).extracting(Claim::run).containsExactly(next);
        assertThat(info(claim.run()).lingering()).isFalse();
        assertThat(queue().lingering()).isZero();
    }

    @Test
    void itGoesWithANodeThatLeaves() {
        declare(ONE);
        Store other = openNode("second");
        lingering(other, null);
        RunId next = enqueue((String) null);
        CompletionStage<List<Claim>> standing = store.claim(new ClaimRequest(1, Set.of(GREET)));
        other.leave();
        assertThat(await(standing)).extracting(Claim::run).containsExactly(next);
        assertThat(queue().lingering()).isZero();
    }

    @Test
    void whoSaysTooLateThatItsBodyLeftFreesNobodyElsesSlot() {
        declare(ONE);
        Store victim = openNode("victim");
        Claim dead = lingering(victim, null);
        kill(victim);
        store.recover();
        Claim lingers = lingering(store, null);
        enqueue((String) null);
        leaves(dead);
        assertNothingClaimable(store);
        leaves(lingers);
        assertThat(claim(store, 10)).hasSize(1);
    }

    @Test
    void whatIsSaidAgainAfterItsNodeHasLeftTakesNothing() {
        declare(ONE);
        Claim claim = lingering(store, null);
        store.leave();
        store.join("first again", 10);
        assertThat(record(lingers(claim))).as("as the first time").isEqualTo(Receipt.RECORDED);
        assertThat(info(claim.run()).lingering()).isFalse();
        assertThat(queue().lingering()).isZero();
        RunId next = enqueue((String) null);
        assertThat(claim(store, 1)).extracting(Claim::run).containsExactly(next);
    }

    @Test
    void aClaimThatIsLostDoesNotLinger() {
        declare(ONE);
        enqueue((String) null);
        Claim claim = claimOne();
        assertThat(store.purge(claim.run(), true)).isEqualTo(PurgeAnswer.PURGED);
        assertThat(record(lingers(claim))).isEqualTo(Receipt.LOST);
        assertThat(queue().lingering()).isZero();
    }

    @Test
    void itCountsAlthoughItsRunIsPurged() {
        declare(ONE);
        Claim claim = lingering(store, null);
        enqueue((String) null);
        assertThat(store.purge(claim.run(), false)).isEqualTo(PurgeAnswer.PURGED);
        assertNothingClaimable(store);
        leaves(claim);
        assertThat(claim(store, 10)).hasSize(1);
    }

    @Test
    void aRetryByHandWaitsForTheBodyOfTheAttemptBefore() {
        declare(ONE_PER_KEY);
        enqueue("u1");
        Claim claim = claimOne();
        assertThat(record(new Report.Lingers(failed(claim, true)))).isEqualTo(Receipt.RECORDED);
        assertThat(store.retry(claim.run(), 3, null, false)).isEqualTo(RetryAnswer.RETRIED);
        assertNothingClaimable(store);
        assertThat(info(claim.run()).lingering()).isTrue();
        leaves(claim);
        Claim again = claimOne();
        assertThat(again.run()).isEqualTo(claim.run());
        assertThat(record(lingers(again))).isEqualTo(Receipt.RECORDED);
        leaves(claim); // of the attempt before, once more
        assertThat(queue().lingering()).isEqualTo(1);
    }

    @Test
    void aNewRunConflictsWithABodyThatLingers() {
        declare(ONE.onConflict(OnConflict.DROP));
        Claim claim = lingering(store, null);
        assertThat(state(enqueue((String) null))).isEqualTo(RunState.CANCELED);
        leaves(claim);
        assertThat(state(enqueue((String) null))).isEqualTo(RunState.QUEUED);
    }

    @Test
    void aCancelledRunLingersAsWell() {
        declare(ONE);
        RunId run = enqueue((String) null);
        Claim claim = claimOne();
        record(new Report.Started(claim, clock.instant()));
        store.cancel(run, "not wanted");
        RunId next = enqueue((String) null);
        record(new Report.Lingers(ended(claim, RunState.CANCELED, null, false)));
        assertThat(state(run)).isEqualTo(RunState.CANCELED);
        assertNothingClaimable(store);
        leaves(claim);
        assertThat(claim(store, 1)).extracting(Claim::run).containsExactly(next);
    }
}

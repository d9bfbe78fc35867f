package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.errand.Limits;
import dev.errand.QueueInfo;
import dev.errand.QueueNotFoundException;
import dev.errand.RunId;
import dev.errand.RunQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Queues, limits, and whose turn it is. */
public abstract class LimitConformance extends StoreTest {
    private static final String OTHER = "other";
    private static final Set<String> BOTH = Set.of(GREET, OTHER);

    @BeforeEach
    void joinStore() {
        store.join("first", 10);
    }

    private void declare(String queue, Limits limits) {
        store.queues().declare(List.of(new QueueEntry(queue, limits)));
    }

    private static Limits atATime(int concurrency) {
        return Limits.none().concurrency(concurrency);
    }

    private static RunOptions in(@Nullable String queue, @Nullable String key) {
        return RunOptions.NONE.withQueue(queue).withConcurrencyKey(key);
    }

    private RunId enqueue(String task, @Nullable String queue, @Nullable String key) {
        return enqueue(NewRuns.of(task, clock).options(in(queue, key)));
    }

    private List<RunId> enqueue(int count, @Nullable String queue, @Nullable String key) {
        List<RunId> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(enqueue(GREET, queue, key));
        }
        return ids;
    }

    /** Those that may execute at once: of one share, no more than it has permits. */
    private static List<Claim> executable(List<Claim> claims) {
        Map<Share, Integer> begun = new HashMap<>();
        return claims.stream()
                .filter(claim -> claim.share() == null
                        || begun.merge(claim.share(), 1, Integer::sum)
                                <= claim.share().permits())
                .toList();
    }

    private QueueInfo queue(String name) {
        return store.queues().find(name).orElseThrow();
    }

    @Test
    void aQueueThatNobodyDeclaredIsRefusedByName() { // case 177
        assertThatExceptionOfType(QueueNotFoundException.class)
                .isThrownBy(() -> enqueue(GREET, "nope", null))
                .withMessageContaining("nope");
        assertThat(store.list(RunQuery.all()).items()).isEmpty();
    }

    @Test
    void runsOfAQueueWithoutLimitsAreClaimedLikeOthers() {
        declare("mail", Limits.none());
        RunId first = enqueue(GREET, "Mail", null);
        RunId second = enqueueGreet();
        RunId third = enqueue(GREET, "mail", null);
        assertThat(claim(store, 10)).extracting(Claim::run).containsExactly(first, second, third);
        assertThat(info(first).queue()).isEqualTo("Mail");
    }

    @Test
    void noMoreOfAQueueAreClaimedThanItsLimitAllows() {
        declare("mail", atATime(2));
        List<RunId> ids = enqueue(5, "mail", null);
        List<Claim> claims = claim(store, 10);
        assertThat(executable(claims)).extracting(Claim::run).isEqualTo(ids.subList(0, 2));
        assertNothingClaimable(store);
        assertThat(queue("mail").claimed()).isEqualTo(2);
        assertThat(queue("mail").waiting()).isEqualTo(3);
        record(completed(claims.getFirst()));
        assertThat(executable(claim(store, 10))).extracting(Claim::run).containsExactly(ids.get(2));
    }

    @Test
    void tasksThatShareAQueueShareItsLimit() {
        declare("mail", atATime(1));
        RunId first = enqueue(GREET, "mail", null);
        RunId second = enqueue(OTHER, "mail", null);
        List<Claim> claims = await(store.claim(new ClaimRequest(10, BOTH)));
        assertThat(claims).hasSize(1);
        record(completed(claims.getFirst()));
        List<Claim> next = await(store.claim(new ClaimRequest(10, BOTH)));
        assertThat(List.of(claims.getFirst().run(), next.getFirst().run())).containsExactlyInAnyOrder(first, second);
        assertThat(next).hasSize(1);
    }

    @Test
    void nodesTogetherKeepALimit() {
        declare("mail", atATime(3));
        Store other = openNode("second");
        enqueue(10, "mail", null);
        List<Claim> claims = new ArrayList<>(claim(store, 2));
        claims.addAll(claim(other, 2));
        assertThat(claims).hasSize(3);
        assertNothingClaimable(store);
        assertNothingClaimable(other);
    }

    @Test
    void whatADeadNodeHeldCountsUntilItIsTakenBack() {
        declare("mail", atATime(1));
        Store victim = openNode("victim");
        RunId run = enqueue(GREET, "mail", null);
        enqueue(GREET, "mail", null);
        claim(victim, 1);
        kill(victim);
        assertNothingClaimable(store);
        store.recover();
        assertThat(executable(claim(store, 10))).extracting(Claim::run).containsExactly(run);
        assertThat(queue("mail").claimed()).isEqualTo(1);
    }

    @Test
    void aRunThatIsRetriedLaterTakesNoSlot() {
        declare("mail", atATime(1));
        List<RunId> ids = enqueue(2, "mail", null);
        Claim first = claim(store, 1).getFirst();
        record(retried(first, MINUTE));
        Claim second = claim(store, 1).getFirst();
        assertThat(second.run()).isEqualTo(ids.get(1));
        clock.advance(MINUTE);
        store.advance();
        assertNothingClaimable(store);
        record(completed(second));
        assertThat(claim(store, 1)).extracting(Claim::run).containsExactly(ids.getFirst());
    }

    @Test
    void aRunThatIsGivenBackTakesNoSlot() {
        declare("mail", atATime(1));
        enqueue(2, "mail", null);
        Claim first = claim(store, 1).getFirst();
        record(new Report.Released(first));
        assertThat(claim(store, 1)).extracting(Claim::run).containsExactly(first.run());
    }

    @Test
    void aRunThatExecutesForLongerStillTakesItsSlot() {
        declare("mail", atATime(2));
        enqueue(6, "mail", null);
        List<Claim> claims = executable(claim(store, 10));
        claims.forEach(claim -> record(new Report.Started(claim, clock.instant())));
        assertNothingClaimable(store);
        assertThat(queue("mail").claimed()).isEqualTo(2);
        record(completed(claims.getFirst()));
        assertThat(executable(claim(store, 10))).hasSize(1);
    }

    @Test
    void eachKeyHasItsOwnShareOfALimitPerKey() { // case 135, as far as the store goes
        declare("mail", Limits.none().concurrencyPerKey(1));
        List<RunId> u1 = enqueue(2, "mail", "u1");
        List<RunId> u2 = enqueue(2, "mail", "u2");
        List<RunId> none = enqueue(2, "mail", null);
        List<Claim> claims = claim(store, 10);
        assertThat(claims)
                .extracting(Claim::run)
                .containsExactlyInAnyOrder(u1.getFirst(), u2.getFirst(), none.getFirst());
        assertNothingClaimable(store);
        for (Claim claim : claims) {
            record(completed(claim));
        }
        assertThat(claim(store, 10))
                .extracting(Claim::run)
                .containsExactlyInAnyOrder(u1.getLast(), u2.getLast(), none.getLast());
    }

    @Test
    void allLimitsHoldAtOnce() {
        declare("mail", Limits.none().concurrency(3).concurrencyPerKey(2));
        declare("task/" + GREET, atATime(4));
        enqueue(4, "mail", "u1");
        enqueue(4, "mail", "u2");
        enqueue(4, null, null);
        List<Claim> claims = claim(store, 100);
        assertThat(claims).hasSize(4);
        assertThat(claims)
                .filteredOn(claim -> "mail".equals(claim.options().queue()))
                .hasSizeLessThanOrEqualTo(3);
        assertThat(claims)
                .filteredOn(claim -> "u1".equals(claim.options().concurrencyKey()))
                .hasSizeLessThanOrEqualTo(2);
        assertNothingClaimable(store);
    }

    @Test
    void aTaskKeepsItsLimitInAllQueues() {
        declare("mail", Limits.none());
        declare("task/" + GREET, atATime(2));
        enqueue(3, "mail", null);
        enqueue(3, null, "u1");
        assertThat(claim(store, 100)).hasSize(2);
        assertNothingClaimable(store);
    }

    @Test
    void aPausedQueueStartsNothingUntilItIsResumed() {
        declare("mail", Limits.none());
        Store other = openNode("second");
        enqueue(2, "mail", null);
        assertThat(store.queues().pause("MAIL", true)).isTrue();
        assertNothingClaimable(store);
        assertNothingClaimable(other);
        assertThat(queue("mail").paused()).isTrue();
        assertThat(store.queues().paused()).containsExactly("mail");
        store.queues().pause("mail", false);
        assertThat(claim(other, 10)).hasSize(2);
        assertThat(store.queues().pause("nope", true)).isFalse();
    }

    @Test
    void aPausedTaskStartsNothingInAnyQueue() {
        declare("mail", Limits.none());
        declare("task/" + GREET, Limits.none());
        enqueue(1, "mail", "u1");
        enqueue(1, null, null);
        store.queues().pause("task/" + GREET, true);
        assertNothingClaimable(store);
        RunId other = enqueue(OTHER, "mail", null);
        assertThat(await(store.claim(new ClaimRequest(10, BOTH))))
                .extracting(Claim::run)
                .containsExactly(other);
    }

    @Test
    void aLimitIsOverriddenAndResetAndItsBaseStays() { // case 139
        declare("mail", atATime(2));
        enqueue(9, "mail", null);
        assertThat(claim(store, 9)).hasSize(2);
        store.queues().override("mail", atATime(5));
        assertThat(queue("mail").limits()).isEqualTo(atATime(5));
        assertThat(queue("mail").base()).isEqualTo(atATime(2));
        assertThat(claim(store, 9)).hasSize(3);
        store.queues().override("mail", null);
        assertThat(queue("mail").limits()).isEqualTo(atATime(2));
        assertNothingClaimable(store);
    }

    @Test
    void aLimitOfZeroIsLegal() {
        declare("mail", atATime(0));
        enqueue(2, "mail", null);
        assertNothingClaimable(store);
        store.queues().override("mail", atATime(1));
        assertThat(claim(store, 9)).hasSize(1);
    }

    @Test
    void whatWasClaimedWithoutALimitCountsOnceThereIsOne() {
        declare("mail", Limits.none());
        enqueue(4, "mail", null);
        List<Claim> before = claim(store, 3);
        store.queues().override("mail", atATime(2));
        assertNothingClaimable(store);
        record(completed(before.get(0)));
        assertNothingClaimable(store);
        record(completed(before.get(1)));
        assertThat(claim(store, 9)).hasSize(1);
    }

    @Test
    void whatANodeExecutesThatHasNoRoomForMoreCountsOnceThereIsALimit() throws InterruptedException {
        declare("mail", Limits.none());
        Store other = openNode("second");
        enqueue(5, "mail", null);
        List<Claim> executing = claim(store, 3);
        executing.forEach(claim -> record(new Report.Started(claim, clock.instant())));
        other.queues().override("mail", atATime(3));
        awaitClaimed(3);
        assertNothingClaimable(other);
        record(completed(executing.getFirst()));
        assertThat(executable(claim(other, 9))).hasSize(1);
    }

    /** The node that holds them hears of the limit a moment later. */
    private void awaitClaimed(int runs) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (queue("mail").claimed() != runs) {
            assertThat(System.nanoTime()).as(queue("mail").toString()).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test
    void aDeclarationThatIsRepeatedKeepsWhatAnOperatorSaid() {
        declare("mail", atATime(2));
        store.queues().override("mail", atATime(0));
        declare("mail", atATime(3));
        assertThat(queue("mail").limits()).isEqualTo(atATime(0));
        assertThat(queue("mail").base()).isEqualTo(atATime(3));
    }

    @Test
    void keysHaveTheirTurns() {
        declare("mail", Limits.none());
        enqueue(20, "mail", "many");
        RunId one = enqueue(GREET, "mail", "one");
        RunId two = enqueue(GREET, "mail", "two");
        List<RunId> claimed = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            claimed.add(claim(store, 1).getFirst().run());
        }
        assertThat(claimed).contains(one, two); // each within two rounds of three keys
    }

    @Test
    void queuesHaveTheirTurns() {
        List<RunId> ids = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            declare("q" + i, atATime(1));
            enqueue(2, "q" + i, null);
        }
        for (int round = 0; round < 2; round++) {
            List<Claim> claims = new ArrayList<>();
            while (claims.size() < 40) {
                claims.addAll(claim(store, 7));
            }
            assertThat(claims).extracting(claim -> claim.options().queue()).doesNotHaveDuplicates();
            for (Claim claim : claims) {
                ids.add(claim.run());
                record(completed(claim));
            }
        }
        assertThat(ids).hasSize(80).doesNotHaveDuplicates();
    }

    @Test
    void withinAKeyTheOrderIsThatOfThePositions() {
        declare("mail", Limits.none().concurrencyPerKey(1));
        RunId first = enqueue(GREET, "mail", "u1");
        clock.advance(Duration.ofSeconds(8));
        RunId headStart = enqueue(NewRuns.of(GREET, clock).priority(10).options(in("mail", "u1")));
        assertThat(claim(store, 10)).extracting(Claim::run).containsExactly(headStart);
        assertThat(store.queues().obstacle(first))
                .hasValueSatisfying(why -> assertThat(why).contains("mail").contains("key"));
    }

    @Test
    void aRunWithoutAnObstacleHasNone() {
        RunId run = enqueueGreet();
        assertThat(store.queues().obstacle(run)).isEmpty();
        declare("mail", Limits.none());
        RunId paused = enqueue(GREET, "mail", null);
        store.queues().pause("mail", true);
        assertThat(store.queues().obstacle(paused))
                .hasValueSatisfying(why -> assertThat(why).contains("paused"));
    }

    @Test
    void aCancelledRunThatWaitsLeavesItsQueue() {
        declare("mail", atATime(1));
        List<RunId> ids = enqueue(3, "mail", "u1");
        Claim first = claim(store, 1).getFirst();
        store.cancel(ids.get(1), "not needed");
        record(completed(first));
        assertThat(claim(store, 10)).extracting(Claim::run).containsExactly(ids.get(2));
    }
}

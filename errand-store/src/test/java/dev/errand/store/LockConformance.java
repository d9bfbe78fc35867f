package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.errand.LockInfo;
import dev.errand.RunId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The lines before locks, in which nodes stand. */
public abstract class LockConformance extends StoreTest {
    private final RunId run = RunId.next();
    private Store other;
    private long first;

    @BeforeEach
    void join() {
        first = store.join("first", 1);
        other = openNode("other");
    }

    private static LockRequest request(String name, long number) {
        return new LockRequest(name, number, null, 0);
    }

    @Test
    void whoAsksFirstHoldsItAndTheNextOnesFollowInOrder() {
        assertThat(store.locks().request(request("a", 1))).isEqualTo(LockAnswer.HELD);
        assertThat(other.locks().request(request("a", 1))).isEqualTo(LockAnswer.WAITING);
        assertThat(store.locks().request(request("a", 2))).isEqualTo(LockAnswer.WAITING);

        assertThat(store.locks().release(request("a", 1))).isTrue();
        assertThat(other.locks().places()).containsExactly(new LockPlace("a", 1, true));
        assertThat(store.locks().places()).containsExactly(new LockPlace("a", 2, false));

        assertThat(other.locks().release(request("a", 1))).isTrue();
        assertThat(store.locks().places()).containsExactly(new LockPlace("a", 2, true));
        assertThat(store.locks().release(request("a", 2))).isTrue();
        assertThat(store.locks().holders()).isEmpty();
    }

    @Test
    void locksOfDifferentNamesHaveNothingToDoWithEachOther() {
        assertThat(store.locks().request(request("a", 1))).isEqualTo(LockAnswer.HELD);
        assertThat(other.locks().request(request("A", 1))).isEqualTo(LockAnswer.HELD);
        assertThat(other.locks().request(request("a ", 2))).isEqualTo(LockAnswer.HELD);
    }

    @Test
    void whoWaitsNoLongerIsPassedOver() {
        store.locks().request(request("a", 1));
        other.locks().request(request("a", 1));
        store.locks().request(request("a", 2));
        assertThat(other.locks().release(request("a", 1))).isTrue();
        store.locks().release(request("a", 1));
        assertThat(store.locks().places()).containsExactly(new LockPlace("a", 2, true));
    }

    @Test
    void whoDoesNotStandInALineCannotLeaveIt() {
        store.locks().request(request("a", 1));
        assertThat(store.locks().release(request("a", 2))).isFalse();
        assertThat(other.locks().release(request("a", 1))).as("another's").isFalse();
        assertThat(store.locks().release(request("a", 1))).isTrue();
        assertThat(store.locks().release(request("a", 1))).as("once more").isFalse();
    }

    @Test
    void theHoldersAreListedWithThoseWhoWait() {
        store.locks().request(new LockRequest("b", 1, run, 3));
        other.locks().request(request("b", 1));
        other.locks().request(request("a", 2));
        assertThat(store.locks().holders())
                .extracting(LockInfo::name, LockInfo::node, LockInfo::run, LockInfo::attempt, LockInfo::waiting)
                .containsExactly(tuple("a", first + 1, null, 0, 0), tuple("b", first, run, 3, 1));
        assertThat(store.locks().holders().getFirst().askedAt()).isEqualTo(clock.instant());
    }

    @Test
    void whatADeadNodeHeldGoesToTheNextWithItsClaims() {
        other.locks().request(request("a", 1));
        store.locks().request(request("a", 1));
        kill(other);
        store.recover();
        assertThat(store.locks().places()).containsExactly(new LockPlace("a", 1, true));
        assertThat(store.locks().holders()).extracting(LockInfo::node).containsExactly(first);
    }

    @Test
    void whatANodeHeldThatLeavesGoesToTheNext() throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        other.locks().request(request("a", 1));
        store.locks().request(request("a", 1));
        store.onCommit(locksHeard(told));
        other.leave();
        assertThat(told.await(60, TimeUnit.SECONDS)).as("the next is told").isTrue();
        assertThat(store.locks().places()).containsExactly(new LockPlace("a", 1, true));
    }

    @Test
    void theNextIsToldOfAReleaseByAnotherProcess() throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        other.locks().request(request("a", 1));
        store.locks().request(request("a", 1));
        store.onCommit(locksHeard(told));
        other.locks().release(request("a", 1));
        assertThat(told.await(60, TimeUnit.SECONDS)).as("the next is told").isTrue();
    }

    private static CommitListener locksHeard(CountDownLatch told) {
        return new CommitListener() {
            @Override
            public void events(boolean foreign) {}

            @Override
            public void requests() {}

            @Override
            public void locks() {
                told.countDown();
            }
        };
    }

    @Test
    void whoIsNoNodeAnyMoreStandsNowhere() {
        store.leave();
        assertThat(store.locks().request(request("a", 1))).isEqualTo(LockAnswer.LOST);
        assertThat(store.locks().places()).isEmpty();
        assertThat(other.locks().request(request("a", 1))).isEqualTo(LockAnswer.HELD);
    }

    /** Four threads of two nodes storm one lock: whoever is told that he holds it is the only one. */
    @Test
    void atMostOneHoldsItHoweverManyAskAtOnce() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CyclicBarrier start = new CyclicBarrier(4);
        try (var threads = Executors.newFixedThreadPool(4)) {
            List<Future<Integer>> all = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                LockStore locks = (thread % 2 == 0 ? store : other).locks();
                long from = thread * 1_000L;
                all.add(threads.submit(() -> {
                    start.await();
                    return storm(locks, from, inside, most);
                }));
            }
            int granted = 0;
            for (Future<Integer> one : all) {
                granted += one.get(60, TimeUnit.SECONDS);
            }
            assertThat(granted).isEqualTo(200);
        }
        assertThat(most).hasValue(1);
        assertThat(store.locks().holders()).isEmpty();
    }

    private static int storm(LockStore locks, long from, AtomicInteger inside, AtomicInteger most) {
        int granted = 0;
        for (long number = from; number < from + 50; number++) {
            LockRequest request = request("storm", number);
            boolean held = locks.request(request) == LockAnswer.HELD;
            while (!held) {
                long mine = number;
                held = locks.places().stream().anyMatch(place -> place.number() == mine && place.first());
            }
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            inside.decrementAndGet();
            granted += locks.release(request) ? 1 : 0;
        }
        return granted;
    }
}

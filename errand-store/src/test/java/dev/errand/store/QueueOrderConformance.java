package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Limits;
import dev.errand.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A queue is one order over all tasks that share it: the time when a run is due minus its head start says when its turn is. */
public abstract class QueueOrderConformance extends StoreTest {
    private static final String QUEUE = "mail";
    private static final String OTHER = "other";
    private static final String THIRD = "third";
    private static final List<String> TASKS = List.of(GREET, OTHER, THIRD);
    private static final Limits ONE = Limits.none().concurrency(1);
    private static final Limits ONE_OF_KEY = Limits.none().concurrencyPerKey(1);
    private static final Limits SOME = Limits.none().concurrency(3);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Map<RunId, Instant> turns = new HashMap<>();

    @BeforeEach
    void joinStore() {
        store.join("first", 10);
    }

    private void declare(String queue, Limits limits) {
        store.queues().declare(List.of(new QueueEntry(queue, limits)));
    }

    /** Due now. */
    private RunId trigger(String task, @Nullable String queue, @Nullable String key, int priority) {
        RunOptions options = RunOptions.NONE.withQueue(queue).withConcurrencyKey(key);
        RunId run = enqueue(NewRuns.of(task, clock).options(options).priority(priority));
        turns.put(run, clock.instant().minusSeconds(priority));
        return run;
    }

    private RunId trigger(String task) {
        return trigger(task, QUEUE, null, 0);
    }

    /** A second between any two, by their triggers; with head starts of up to a minute. */
    private void triggerSome(int count, List<String> tasks, String queue, Random random) {
        for (int i = 0; i < count; i++) {
            trigger(tasks.get(random.nextInt(tasks.size())), queue, null, 0);
            clock.advance(SECOND);
            trigger(tasks.get(random.nextInt(tasks.size())), queue, null, random.nextInt(60));
            clock.advance(Duration.ofMillis(1_001));
        }
    }

    private List<Claim> take(Store by, int max) {
        return await(by.claim(request(max)));
    }

    private static ClaimRequest request(int max, String... queues) {
        return new ClaimRequest(max, max, Set.copyOf(TASKS), Set.of(queues));
    }

    /** So many are there; what each look takes ends before the next. */
    private List<Claim> takeAll(int count, ClaimRequest request) {
        List<Claim> all = new ArrayList<>();
        while (all.size() < count) {
            List<Claim> some = await(store.claim(request));
            some.forEach(claim -> assertThat(record(completed(claim))).isEqualTo(Receipt.RECORDED));
            all.addAll(some);
        }
        return all;
    }

    private static List<RunId> runs(List<Claim> claims) {
        return claims.stream().map(Claim::run).toList();
    }

    private void assertInOrder(List<Claim> claims) {
        assertThat(claims)
                .extracting(claim -> turns.getOrDefault(claim.run(), Instant.MAX))
                .isSortedAccordingTo(Comparator.naturalOrder());
    }

    /** In the order in which they are to be served. */
    private List<RunId> triggerWithHeadStarts(@Nullable String key) {
        RunId first = trigger(GREET, QUEUE, key, 0);
        clock.advance(Duration.ofSeconds(8));
        RunId urgent = trigger(OTHER, QUEUE, key, 10);
        RunId lessUrgent = trigger(THIRD, QUEUE, key, 7);
        RunId last = trigger(GREET, QUEUE, key, 0);
        return List.of(urgent, first, lessUrgent, last);
    }

    private void assertHeadStartsCount(@Nullable String key) {
        List<RunId> expected = triggerWithHeadStarts(key);
        assertThat(runs(takeAll(4, request(1)))).isEqualTo(expected);
        expected = triggerWithHeadStarts(key);
        assertThat(runs(takeAll(4, request(10)))).isEqualTo(expected);
    }

    @Test
    void aHeadStartCountsBeforeOtherTasksOfAQueueWithoutLimits() {
        declare(QUEUE, Limits.none());
        assertHeadStartsCount(null);
    }

    @Test
    void aHeadStartCountsBeforeOtherTasksOfAQueueWithRoomForOne() {
        declare(QUEUE, ONE);
        assertHeadStartsCount(null);
    }

    @Test
    void aHeadStartCountsBeforeOtherTasksWithTheSameKey() {
        declare(QUEUE, ONE_OF_KEY);
        assertHeadStartsCount("k");
        assertHeadStartsCount(null);
    }

    @Test
    void aHeadStartCountsWhereOnlyOneTaskOfTheQueueHasALimit() {
        declare(QUEUE, Limits.none());
        declare("task/" + OTHER, SOME);
        assertHeadStartsCount(null);
    }

    @Test
    void aHeadStartCountsForANodeThatWorksOnTheQueueOnly() {
        declare(QUEUE, Limits.none());
        declare("quick", Limits.none());
        trigger(GREET, null, null, 60);
        trigger(OTHER, "quick", null, 60);
        List<RunId> expected = triggerWithHeadStarts(null);
        assertThat(runs(takeAll(4, request(1, QUEUE)))).isEqualTo(expected);
    }

    @Test
    void manyRunsOfManyTasksAreTakenInOneOrderHoweverManyAtATime() {
        Random random = new Random(28);
        for (Limits limits : List.of(Limits.none(), ONE, SOME)) {
            declare(QUEUE, limits);
            for (int max : List.of(1, 3, 10)) {
                triggerSome(8, TASKS, QUEUE, random);
                List<Claim> claims = takeAll(16, request(max));
                assertThat(claims).hasSize(16);
                assertInOrder(claims);
            }
        }
    }

    /** Of a line with much that comes first a look reads only the first of that, and must not go on with what comes after it. */
    @Test
    void whatComesLaterIsNotTakenBeforeALongLineOfAnotherTask() {
        for (Limits limits : List.of(Limits.none(), SOME)) {
            declare(QUEUE, limits);
            for (int i = 0; i < 40; i++) {
                trigger(i < 30 ? GREET : OTHER);
                clock.advance(SECOND);
            }
            List<Claim> claims = takeAll(40, request(10));
            assertThat(claims).hasSize(40);
            assertInOrder(claims);
        }
    }

    @Test
    void aQueueOfManyTasksIsOneOrderBesideOthers() {
        List<String> many = IntStream.range(0, 40).mapToObj(i -> "t" + i).toList();
        declare(QUEUE, Limits.none());
        declare("quick", Limits.none());
        Random random = new Random(28);
        triggerSome(30, many, QUEUE, random);
        triggerSome(5, many, "quick", random);
        List<Claim> claims = new ArrayList<>();
        while (claims.size() < 70) {
            claims.addAll(await(store.claim(new ClaimRequest(7, Set.copyOf(many)))));
        }
        Map<String, List<Claim>> byQueue = claims.stream()
                .collect(Collectors.groupingBy(
                        claim -> String.valueOf(claim.options().queue())));
        assertThat(byQueue).containsOnlyKeys(QUEUE, "quick");
        byQueue.values().forEach(this::assertInOrder);
        assertThat(claims.subList(0, 21))
                .extracting(claim -> claim.options().queue())
                .contains("quick");
    }

    private void assertQueuesTakeTurns(Limits limits) {
        declare(QUEUE, limits);
        declare("single", limits);
        for (int i = 0; i < 60; i++) { // more than are ever claimed ahead
            TASKS.forEach(this::trigger);
            trigger(GREET, "single", null, 0);
            clock.advance(SECOND);
        }
        List<String> served = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            Claim claim = take(store, 1).getFirst();
            record(completed(claim));
            served.add(claim.options().queue());
        }
        for (int i = 0; i < 12; i += 2) {
            assertThat(served.subList(i, i + 2)).as("of all %s", served).containsExactlyInAnyOrder(QUEUE, "single");
        }
    }

    @Test
    void aQueueOfThreeTasksHasOneTurnLikeThatOfOne() {
        assertQueuesTakeTurns(Limits.none());
    }

    @Test
    void aQueueOfThreeTasksWithALimitHasOneTurnLikeThatOfOne() {
        assertQueuesTakeTurns(ONE);
    }

    @Test
    void keysTakeTurnsInAQueueOfSeveralTasksAndEachIsOneOrder() {
        declare(QUEUE, Limits.none());
        for (int i = 0; i < 6; i++) {
            trigger(TASKS.get(i % 3), QUEUE, "a", i == 4 ? 60 : 0);
            trigger(TASKS.get((i + 1) % 3), QUEUE, "b", i == 5 ? 60 : 0);
            trigger(TASKS.get((i + 2) % 3), QUEUE, null, i == 3 ? 60 : 0);
            clock.advance(SECOND);
        }
        List<Claim> claims = takeAll(18, request(1));
        assertThat(claims).hasSize(18);
        for (int round = 0; round < 6; round++) {
            assertThat(claims.subList(3 * round, 3 * round + 3))
                    .extracting(claim -> String.valueOf(claim.options().concurrencyKey()))
                    .as("round %d", round)
                    .containsExactlyInAnyOrder("a", "b", "null");
        }
        claims.stream()
                .collect(Collectors.groupingBy(
                        claim -> String.valueOf(claim.options().concurrencyKey())))
                .values()
                .forEach(this::assertInOrder);
    }

    @Test
    void whoWaitsForALimitOfItsTaskKeepsNoOtherTaskOfTheQueueWaiting() {
        declare(QUEUE, Limits.none());
        declare("task/" + GREET, ONE);
        RunId first = trigger(GREET);
        clock.advance(SECOND);
        RunId second = trigger(GREET);
        clock.advance(SECOND);
        RunId third = trigger(OTHER);
        clock.advance(SECOND);
        RunId fourth = trigger(OTHER);
        List<Claim> claims = new ArrayList<>(take(store, 1));
        claims.addAll(take(store, 1));
        assertThat(runs(claims)).containsExactly(first, third);
        record(completed(claims.getFirst()));
        assertThat(runs(take(store, 1))).containsExactly(second);
        assertThat(runs(take(store, 1))).containsExactly(fourth);
    }

    /** More than a look reads of a line. */
    @Test
    void howeverManyWaitForALimitOfTheirTaskTheyKeepNoOtherTaskOfTheirKeyWaiting() {
        declare(QUEUE, Limits.none());
        declare("task/" + GREET, ONE_OF_KEY);
        RunId first = trigger(GREET, QUEUE, "a", 0);
        assertThat(runs(take(store, 10))).containsExactly(first);
        for (int i = 0; i < 40; i++) {
            clock.advance(SECOND);
            trigger(GREET, QUEUE, "a", 0);
        }
        clock.advance(SECOND);
        RunId other = trigger(OTHER, QUEUE, "a", 0);
        assertThat(runs(claimNow(store, request(10)))).containsExactly(other);
    }

    @Test
    void whoWaitedForALimitOfItsTaskIsFoundThoughOthersWaitForTheirKeys() {
        declare(QUEUE, ONE_OF_KEY);
        declare("task/" + GREET, ONE);
        RunId first = trigger(GREET, QUEUE, "a", 0);
        List<Claim> claims = take(store, 10);
        assertThat(runs(claims)).containsExactly(first);
        clock.advance(SECOND);
        RunId otherKey = trigger(GREET, QUEUE, "b", 0);
        RunId sameKey = trigger(OTHER, QUEUE, "a", 0);
        assertThat(claimNow(store, request(10))).isEmpty();
        assertThat(claimNow(store, request(10))).isEmpty();
        record(completed(claims.getFirst()));
        List<Claim> next = new ArrayList<>(take(store, 10));
        next.addAll(claimNow(store, request(10)));
        assertThat(runs(next)).containsExactlyInAnyOrder(otherKey, sameKey);
    }

    @Test
    void aPausedTaskKeepsNoOtherTaskOfTheQueueWaitingAndComesFirstOnceItGoesOn() {
        declare(QUEUE, Limits.none());
        declare("task/" + GREET, Limits.none());
        RunId first = trigger(GREET);
        clock.advance(SECOND);
        RunId second = trigger(OTHER);
        clock.advance(SECOND);
        RunId third = trigger(OTHER);
        store.queues().pause("task/" + GREET, true);
        assertThat(runs(take(store, 1))).containsExactly(second);
        store.queues().pause("task/" + GREET, false);
        assertThat(runs(take(store, 1))).containsExactly(first);
        assertThat(runs(take(store, 1))).containsExactly(third);
    }

    private void assertNodesTakeInOneOrder(Limits limits) {
        declare(QUEUE, limits);
        Store second = openNode("second");
        triggerSome(10, TASKS, QUEUE, new Random(28));
        List<Claim> claims = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            List<Claim> some = take(i % 2 == 0 ? store : second, 1);
            assertThat(some).hasSize(1);
            claims.addAll(some);
        }
        assertInOrder(claims);
    }

    @Test
    void nodesThatTakeOneAfterTheOtherTakeInOneOrder() {
        assertNodesTakeInOneOrder(Limits.none());
    }

    @Test
    void nodesThatTakeOneAfterTheOtherTakeInOneOrderUnderALimit() {
        assertNodesTakeInOneOrder(Limits.none().concurrency(100));
    }

    @Test
    void aNodeThatHasTheCodeOfSomeTasksOnlyTakesTheirsInOrder() {
        declare(QUEUE, Limits.none());
        Store second = openNode("second");
        RunId greet = trigger(GREET);
        clock.advance(SECOND);
        RunId third = trigger(THIRD);
        clock.advance(SECOND);
        RunId other = trigger(OTHER);
        RunId urgent = trigger(THIRD, QUEUE, null, 60);
        assertThat(runs(await(second.claim(new ClaimRequest(3, Set.of(OTHER, THIRD))))))
                .containsExactly(urgent, third, other);
        assertThat(runs(take(store, 3))).containsExactly(greet);
    }
}

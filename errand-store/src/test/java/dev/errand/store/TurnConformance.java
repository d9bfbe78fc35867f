package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Limits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose turn it is where there is room for few and many wait. */
public abstract class TurnConformance extends StoreTest {
    private static final String QUEUE = "mail";
    private static final String OTHER = "other";
    private static final int MANY = 7;
    /** More of each than are ever claimed ahead of a permit here. */
    private static final int BACKLOG = 40;

    /** Queues without limits, beside one with a long backlog. */
    private static final int QUEUES = Integer.getInteger("errand.kills", 5) < 100 ? 200 : 5_000;

    private static final Limits ONE = Limits.none().concurrency(1);

    @BeforeEach
    void joinStore() {
        store.join("first", 10);
    }

    private void declare(String queue, Limits limits) {
        store.queues().declare(List.of(new QueueEntry(queue, limits)));
    }

    private void enqueue(int count, String task, @Nullable String queue, @Nullable String key) {
        RunOptions options = RunOptions.NONE.withQueue(queue).withConcurrencyKey(key);
        List<NewRun> runs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            runs.add(NewRuns.of(task, clock).options(options).build());
        }
        store.enqueue(runs);
    }

    private List<String> keysWithBacklog() {
        List<String> keys = IntStream.range(0, MANY).mapToObj(i -> "k" + i).toList();
        keys.forEach(key -> enqueue(BACKLOG, GREET, QUEUE, key));
        return keys;
    }

    private List<String> queuesWithBacklog(Limits limits) {
        List<String> queues = IntStream.range(0, MANY).mapToObj(i -> "q" + i).toList();
        for (String queue : queues) {
            declare(queue, limits);
            enqueue(BACKLOG, GREET, queue, null);
        }
        return queues;
    }

    private static String queue(Claim claim) {
        return String.valueOf(claim.options().queue());
    }

    private static String key(Claim claim) {
        return String.valueOf(claim.options().concurrencyKey());
    }

    /** Whose turn one look made it; all that it claimed has ended then. */
    private List<String> turn(Store by, int max, Function<Claim, String> whose) {
        List<Claim> claims = await(by.claim(new ClaimRequest(max, Set.of(GREET, OTHER))));
        for (Claim claim : claims) {
            assertThat(await(by.record(List.of(completed(claim))))).containsExactly(Receipt.RECORDED);
        }
        return claims.stream().map(whose).distinct().toList();
    }

    /** Round after round each has one turn. */
    private void assertTakeTurns(List<String> all, int max, Function<Claim, String> whose) {
        for (int round = 0; round < 3; round++) {
            List<String> served = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                List<String> turn = turn(store, max, whose);
                assertThat(turn).as("served by one look").hasSize(1);
                served.addAll(turn);
            }
            assertThat(served).as("round %d", round).containsExactlyInAnyOrderElementsOf(all);
        }
    }

    @Test
    void eachKeyIsServedOnceBeforeAnyIsServedTwiceWhereARequestHasRoomForOne() {
        declare(QUEUE, Limits.none());
        assertTakeTurns(keysWithBacklog(), 1, TurnConformance::key);
    }

    @Test
    void eachKeyIsServedOnceBeforeAnyIsServedTwiceWhereTheQueueHasRoomForOne() {
        declare(QUEUE, ONE);
        assertTakeTurns(keysWithBacklog(), 10, TurnConformance::key);
    }

    @Test
    void aLineWithoutAKeyHasItsTurnLikeThoseWithKeys() {
        declare(QUEUE, ONE);
        List<String> keys = new ArrayList<>(keysWithBacklog());
        enqueue(BACKLOG, GREET, QUEUE, null);
        keys.add("null");
        assertTakeTurns(keys, 1, TurnConformance::key);
        assertTakeTurns(keys, 10, TurnConformance::key);
    }

    @Test
    void eachQueueIsServedOnceBeforeAnyIsServedTwiceWhereARequestHasRoomForOne() {
        assertTakeTurns(queuesWithBacklog(ONE), 1, TurnConformance::queue);
    }

    @Test
    void eachQueueIsServedOnceBeforeAnyIsServedTwiceWhereTheTaskHasRoomForOne() {
        declare("task/" + GREET, ONE);
        assertTakeTurns(queuesWithBacklog(Limits.none()), 10, TurnConformance::queue);
    }

    @Test
    void eachQueueWithoutLimitsIsServedOnceBeforeAnyIsServedTwice() {
        assertTakeTurns(queuesWithBacklog(Limits.none()), 1, TurnConformance::queue);
    }

    @Test
    void queuesWithoutLimitsShareWhatALookTakes() {
        List<String> queues = queuesWithBacklog(Limits.none());
        for (String queue : queues) {
            enqueue(1, GREET, queue, null); // by itself, and so not stored with the others
        }
        Map<String, Integer> served = new HashMap<>();
        for (int look = 0; look < 8; look++) {
            claim(store, 2 * MANY).forEach(claim -> served.merge(queue(claim), 1, Integer::sum));
        }
        assertThat(served).containsOnlyKeys(queues);
        assertThat(served.values()).allMatch(runs -> runs >= 4);
    }

    @Test
    void aQueueWithALongBacklogKeepsNoneWaitingForLongerThanTwoRounds() {
        // given
        List<QueueEntry> declared = new ArrayList<>(List.of(new QueueEntry("long", Limits.none())));
        for (int i = 0; i < QUEUES; i++) {
            declared.add(new QueueEntry("q" + i, Limits.none()));
        }
        store.queues().declare(declared);
        enqueue(10_000, GREET, "long", null);
        clock.advance(MINUTE);
        store.enqueue(IntStream.range(0, QUEUES)
                .mapToObj(i -> NewRuns.of(GREET, clock) // later, so that their positions come after all of those
                        .options(RunOptions.NONE.withQueue("q" + i))
                        .build())
                .toList());
        // when
        int size = 10;
        int round = Math.ceilDiv(QUEUES + 1, size);
        Map<String, Integer> served = new HashMap<>();
        int looks = 0;
        while (served.size() < QUEUES + 1 && looks < 2 * round) {
            claim(store, size).forEach(claim -> served.merge(queue(claim), 1, Integer::sum));
            looks++;
        }
        // then
        assertThat(served).hasSize(QUEUES + 1);
        assertThat(claim(store, size)).extracting(TurnConformance::queue).containsOnly("long");
    }

    @Test
    void aQueueThatGetsARunHasItsTurnAtOnceThoughOneWithALongBacklogIsServedLookByLook() {
        // given
        List<String> queues = List.of("long", "q0", "q1");
        queues.forEach(queue -> declare(queue, Limits.none()));
        enqueue(1_000, GREET, "long", null);
        for (int look = 0; look < 3; look++) {
            assertThat(claim(store, 10)).extracting(TurnConformance::queue).containsOnly("long");
        }
        for (String queue : List.of("q0", "q1", "q0")) {
            clock.advance(MINUTE);
            // when
            enqueue(1, GREET, queue, null);
            Set<String> served = new HashSet<>();
            for (int look = 0; look < 2; look++) {
                claim(store, 10).forEach(claim -> served.add(queue(claim)));
            }
            // then
            assertThat(served).contains(queue);
        }
    }

    @Test
    void aQueueThatGetsARunHasItsTurnThoughOneWithLimitsTakesAllOfALook() {
        declare("limited", Limits.none().concurrency(1_000));
        List.of("long", "late").forEach(queue -> declare(queue, Limits.none()));
        List.of("limited", "long").forEach(queue -> enqueue(100, GREET, queue, null));
        for (int time = 0; time < 4; time++) {
            claim(store, 1);
            enqueue(1, GREET, "late", null);
            Set<String> served = new HashSet<>();
            for (int look = 0; look < 4; look++) {
                claim(store, 1).forEach(claim -> served.add(queue(claim)));
            }
            assertThat(served).contains("late");
        }
    }

    @Test
    void queuesThatAreFullTakeNoTurnsFromOthers() {
        List<String> full = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            declare("full" + i, ONE);
            enqueue(2, GREET, "full" + i, null);
            full.add("full" + i);
        }
        Set<String> begun = new HashSet<>();
        while (begun.size() < full.size()) {
            for (Claim claim : claim(store, 50)) {
                assertThat(begun.add(queue(claim))).isTrue();
            }
        }
        assertNothingClaimable(store);
        assertTakeTurns(queuesWithBacklog(ONE), 1, TurnConformance::queue);
    }

    @Test
    void linesWithoutLimitsAndThoseWithThemTakeTurns() {
        declare(QUEUE, Limits.none());
        enqueue(10, GREET, QUEUE, "k");
        enqueue(10, GREET, null, null);
        List<String> served = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            served.addAll(turn(store, 1, TurnConformance::key));
        }
        for (int i = 0; i < 6; i++) {
            assertThat(served.subList(i, i + 3)).as("of all %s", served).contains("k", "null");
        }
    }

    /** As many turns as there are others, by each node, and a key has had its own. */
    @Test
    void withSeveralNodesAKeyWaitsNoLongerThanForATurnOfEachOtherByEachNode() {
        declare(QUEUE, ONE);
        List<Store> nodes = List.of(store, openNode("second"));
        List<String> keys = keysWithBacklog();
        Random random = new Random(4);
        Map<String, Integer> waits = new HashMap<>();
        for (int i = 0; i < 12 * MANY; i++) {
            Store node = nodes.get(random.nextInt(nodes.size()));
            List<String> served = turn(node, 1, TurnConformance::key);
            for (String key : keys) {
                int turns = served.contains(key) ? 0 : waits.getOrDefault(key, 0) + 1;
                waits.put(key, turns);
                assertThat(turns).as("turns of others before %s", key).isLessThanOrEqualTo(nodes.size() * (MANY - 1));
            }
        }
    }

    @Test
    void aShortLineHidesNothingOfALongOne() {
        declare("ab", Limits.none());
        declare("ba", Limits.none());
        enqueue(8, GREET, "ab", "a");
        enqueue(1, GREET, "ab", "b");
        enqueue(1, GREET, "ba", "a");
        enqueue(8, GREET, "ba", "b");
        int claimed = 0;
        for (int look = 0; look < 10 && claimed < 18; look++) {
            claimed += claim(store, 20).size();
        }
        assertThat(claimed).isEqualTo(18);
    }

    @Test
    void aNewKeyIsServedAtOnceWhereAllOthersExecute() {
        declare(QUEUE, Limits.none().concurrencyPerKey(1));
        enqueue(2, GREET, QUEUE, "a");
        enqueue(2, GREET, QUEUE, "b");
        List<Claim> executing = claim(store, 10);
        assertThat(executing).extracting(TurnConformance::key).containsExactlyInAnyOrder("a", "b");
        assertNothingClaimable(store);
        enqueue(2, GREET, QUEUE, "c");
        assertThat(claim(store, 10)).extracting(TurnConformance::key).containsExactly("c");
        enqueue(1, GREET, QUEUE, "a");
        assertNothingClaimable(store);
        record(completed(executing.getFirst()));
        assertThat(claim(store, 10)).extracting(TurnConformance::key).containsOnly(key(executing.getFirst()));
        assertNothingClaimable(store);
    }

    @Test
    void aKeyThatIsSharedByTwoTasksIsLetThroughInBothOnceItIsFree() {
        declare(QUEUE, Limits.none().concurrencyPerKey(1));
        enqueue(1, GREET, QUEUE, "k");
        enqueue(1, OTHER, QUEUE, "k");
        List<String> tasks = new ArrayList<>(turn(store, 10, Claim::task));
        assertThat(tasks).hasSize(1);
        tasks.addAll(turn(store, 10, Claim::task));
        assertThat(tasks).containsExactlyInAnyOrder(GREET, OTHER);
    }

    /** A turn of the long one is whatever a look takes of it. */
    @Test
    void ofManyQueuesWithLimitsNoneWaitsForLongerThanTwoRounds() {
        // given
        List<QueueEntry> declared =
                new ArrayList<>(List.of(new QueueEntry("long", Limits.none().concurrency(1_000))));
        IntStream.range(0, QUEUES).forEach(i -> declared.add(new QueueEntry("q" + i, ONE)));
        store.queues().declare(declared);
        enqueue(10 * QUEUES, GREET, "long", null);
        clock.advance(MINUTE);
        for (int run = 0; run < 2; run++) {
            store.enqueue(IntStream.range(0, QUEUES)
                    .mapToObj(i -> NewRuns.of(GREET, clock)
                            .options(RunOptions.NONE.withQueue("q" + i))
                            .build())
                    .toList());
        }
        // when
        Set<String> served = new HashSet<>();
        int turns = 0;
        while (served.size() < QUEUES + 1 && turns < 2 * (QUEUES + 1)) {
            List<String> turn = turn(store, 10, TurnConformance::queue);
            served.addAll(turn);
            turns += turn.size();
        }
        // then
        assertThat(served).as("served in %d turns", turns).hasSize(QUEUES + 1);
    }
}

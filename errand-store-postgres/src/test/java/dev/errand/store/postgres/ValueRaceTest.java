package dev.errand.store.postgres;

import static dev.errand.store.postgres.ValueNodes.CLOCK;
import static dev.errand.store.postgres.ValueNodes.aside;
import static dev.errand.store.postgres.ValueNodes.bytes;
import static dev.errand.store.postgres.ValueNodes.claimed;
import static dev.errand.store.postgres.ValueNodes.execute;
import static dev.errand.store.postgres.ValueNodes.get;
import static dev.errand.store.postgres.ValueNodes.record;
import static dev.errand.store.postgres.ValueNodes.set;
import static dev.errand.store.postgres.ValueNodes.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.StoreException;
import dev.errand.ValueInfo;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRuns;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.SeenValue;
import dev.errand.store.sql.Sql;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Invariant: whichever commits first, the wait for a value or its change, no run stays WAITING whose value has another version than it read.
 * Each order is forced by locks that stop one of those who have to do with it in its midst; see {@link ValueChanges} for who these are.
 */
class ValueRaceTest {
    private static final String BALANCE = "balance";
    private static final String STATES = "select string_agg(state::text, ',' order by state) from errand.awaited";

    private final ValueNodes nodes = new ValueNodes();

    @AfterEach
    void close() {
        nodes.close();
    }

    private String states() {
        return String.valueOf(nodes.server.query(nodes.database, STATES));
    }

    /** The change is marked and forgotten before the wait is there. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWaitThatIsCommittedAfterTheChangeWasLookedAfterSeesItItself(boolean withStep) throws Exception {
        Claim claim = claimed(nodes.first, 1).getFirst();
        SeenValue seen = nodes.seen(BALANCE);
        try (Connection other = nodes.begin()) {
            execute(other, "lock table errand.event in share mode"); // which is written last
            CompletableFuture<List<Receipt>> wait =
                    nodes.first.record(List.of(waiting(claim, withStep, seen))).toCompletableFuture();
            nodes.awaitBlocked(1);
            set(nodes.second, BALANCE, "11"); // waits for nobody
            nodes.second.advance();
            assertThat(nodes.server.query(nodes.database, "select count(*) from errand.changed"))
                    .isEqualTo("0");
            assertThat(wait).isNotDone();
            other.rollback();
            assertThat(get(wait)).containsExactly(Receipt.RECORDED);
        }
        nodes.second.advance();
        assertThat(nodes.state(claim.run())).isEqualTo(RunState.QUEUED);
    }

    /** The wait is looked at, and found open, while the change is not committed. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWaitThatBeginsWhileATransactionIsOpenEndsWithItsCommit(boolean withStep) throws Exception {
        Claim claim = claimed(nodes.first, 1).getFirst();
        SeenValue seen = nodes.seen(BALANCE);
        try (Connection users = nodes.begin()) {
            nodes.first.values().set(users, BALANCE, bytes("11"));
            record(nodes.first, waiting(claim, withStep, seen)); // waits for nobody
            nodes.first.advance();
            nodes.second.advance();
            assertThat(nodes.state(claim.run())).isEqualTo(RunState.WAITING);
            assertThat(states()).as("open").isEqualTo("0");
            users.commit();
        }
        nodes.second.advance();
        assertThat(nodes.state(claim.run())).isEqualTo(RunState.QUEUED);
    }

    /** Commits are not in the order of their statements. */
    @Test
    void ofTwoChangesTheOneThatBeganFirstMayBeCommittedLast() throws Exception {
        Claim one = nodes.waits("one");
        try (Connection users = nodes.begin()) {
            long before = nodes.first.values().set(users, "one", bytes("1")).version();
            Claim two = nodes.waits("two");
            assertThat(set(nodes.first, "two", "2").version()).isGreaterThan(before);
            nodes.second.advance();
            assertThat(nodes.state(one.run())).isEqualTo(RunState.WAITING);
            assertThat(nodes.state(two.run())).isEqualTo(RunState.QUEUED);
            users.commit();
        }
        nodes.second.advance();
        assertThat(nodes.state(one.run())).isEqualTo(RunState.QUEUED);
    }

    /** A look that began before the change takes the wait for open, and commits last. */
    @Test
    void whoMarksAChangeWaitsForLooksThatDidNotSeeIt() throws Exception {
        Claim claim = claimed(nodes.first, 1).getFirst();
        record(nodes.first, waiting(claim, true, nodes.seen(BALANCE)));
        nodes.first.enqueue(
                List.of(NewRuns.of("other", CLOCK).in(Duration.ofSeconds(1)).build()));
        nodes.await("select count(*) from errand.chunk where state = 0 and due < errand.now()", 1);
        try (Connection other = nodes.begin()) {
            execute(other, "lock table errand.event in share mode"); // which is written last, as a run is due
            CompletableFuture<Optional<Instant>> look = aside(nodes.first::advance);
            nodes.awaitBlocked(1);
            set(nodes.second, BALANCE, "11");
            CompletableFuture<Optional<Instant>> mark = aside(nodes.second::advance);
            nodes.awaitBlocked(2);
            assertThat(look).isNotDone();
            assertThat(mark).isNotDone();
            other.rollback();
            get(look);
            get(mark);
        }
        nodes.second.advance();
        assertThat(nodes.state(claim.run())).isEqualTo(RunState.QUEUED);
    }

    /** Who looks meanwhile waits for nobody, and sees it the next time. */
    @Test
    void whoLooksLeavesWhatSomebodyIsMarking() throws Exception {
        Claim claim = nodes.waits(BALANCE);
        set(nodes.second, BALANCE, "11");
        try (Connection other = nodes.begin()) {
            execute(other, "lock table errand.changed in share mode"); // where is deleted what was marked
            CompletableFuture<Optional<Instant>> mark = aside(nodes.second::advance);
            nodes.awaitBlocked(1);
            nodes.first.advance();
            assertThat(mark).isNotDone();
            assertThat(nodes.state(claim.run())).isEqualTo(RunState.WAITING);
            other.rollback();
            get(mark);
        }
        nodes.first.advance();
        assertThat(nodes.state(claim.run())).isEqualTo(RunState.QUEUED);
    }

    /** A look that stops when it has seen all and has locked no wait yet; until somebody gives the lock away. */
    private static final String LATE_LOOK = Awaiting.WAKE
            .replace(
                    "looked as materialized (",
                    "late as materialized (select pg_advisory_xact_lock(4711)::text as waited), looked as materialized (")
            .replace("state + 0 = 1", "state + 0 = 1 and (select waited from late) is not null");

    private CompletableFuture<Integer> lateLook() {
        CompletableFuture<Integer> look = nodes.asideWithin(tx -> {
            Sql late = tx.sql(LATE_LOOK)
                    .setObject(new UUID(0, 0))
                    .setObject(new UUID(0, 0))
                    .set(10L)
                    .set(tx.now());
            return Changes.since(late, Changes.BEGINNING)
                    .list(row -> row.getInt(2))
                    .getFirst();
        });
        nodes.awaitBlocked(1);
        return look;
    }

    /** It has seen the value as it was, and comes to the row when that has been marked. */
    @Test
    void aLookThatBeganBeforeTheChangeOpensNothingThatWasMarkedSince() throws Exception {
        Claim claim = claimed(nodes.first, 1).getFirst();
        record(nodes.first, waiting(claim, true, nodes.seen(BALANCE)));
        try (Connection other = nodes.begin()) {
            execute(other, "select pg_advisory_xact_lock(4711)");
            CompletableFuture<Integer> look = lateLook();
            set(nodes.second, BALANCE, "11");
            nodes.mark(); // and nobody looks yet who sees the change
            other.rollback();
            assertThat(get(look)).as("rows that it came to").isEqualTo(1);
        }
        assertThat(states()).isEqualTo("1");
        nodes.first.advance();
        assertThat(nodes.state(claim.run())).isEqualTo(RunState.QUEUED);
    }

    /** It compares what the new wait has read with what the value was then, and they are the same. */
    @Test
    void aLookThatBeganBeforeAWaitOpensNothingOfThatWait() throws Exception {
        Claim claim = claimed(nodes.first, 1).getFirst();
        Instant now = CLOCK.instant();
        Report.Awaits awaits = new Report.Awaits(List.of(), List.of(), List.of(nodes.seen(BALANCE)), true);
        record(nodes.first, new Report.Waiting(claim, now, now, List.of(), now, awaits)); // which time ends
        nodes.first.advance();
        assertThat(states()).as("open").isEqualTo("0");
        Claim again = get(nodes.first.claim(new ClaimRequest(1, Set.of("wait"))).toCompletableFuture())
                .getFirst();
        set(nodes.second, BALANCE, "11");
        nodes.mark(); // a row that nobody waits with
        try (Connection other = nodes.begin()) {
            execute(other, "select pg_advisory_xact_lock(4711)");
            CompletableFuture<Integer> look = lateLook();
            record(nodes.first, waiting(again, true, nodes.seen(BALANCE)));
            set(nodes.second, BALANCE, "12");
            nodes.mark();
            other.rollback();
            assertThat(get(look)).as("rows that it came to").isEqualTo(1);
        }
        assertThat(states()).isEqualTo("1");
        nodes.first.advance();
        assertThat(nodes.state(again.run())).isEqualTo(RunState.QUEUED);
    }

    /** Two nodes and a user change values while runs begin to wait for them, and both nodes look. */
    @Test
    void nobodyLocksAnotherOutAndNobodyIsLeftWaiting() throws Exception {
        Random random = new Random(7);
        List<String> names = List.of("a", "b", "c");
        for (int round = 0; round < 20; round++) {
            List<CompletableFuture<?>> all = new ArrayList<>();
            Map<RunId, SeenValue> waits = new HashMap<>();
            try (Connection users = nodes.begin()) {
                nodes.first.values().set(users, names.get(random.nextInt(3)), bytes("2"));
                for (PostgresStore store : List.of(nodes.first, nodes.second)) {
                    List<Report> some = new ArrayList<>();
                    for (Claim claim : claimed(store, 5)) {
                        SeenValue seen = nodes.seen(names.get(random.nextInt(3)));
                        waits.put(claim.run(), seen);
                        some.add(waiting(claim, random.nextBoolean(), seen));
                    }
                    String name = names.get(random.nextInt(3));
                    String json = random.nextInt(4) == 0 ? null : "1";
                    all.add(aside(() -> set(store, name, json)));
                    all.add(store.record(some).toCompletableFuture());
                    all.add(aside(store::advance));
                }
                if (random.nextInt(4) == 0) {
                    users.rollback();
                } else {
                    users.commit();
                }
            }
            for (CompletableFuture<?> one : all) {
                get(one);
            }
            nodes.first.advance();
            nodes.second.advance();
            for (Map.Entry<RunId, SeenValue> wait : waits.entrySet()) {
                SeenValue seen = wait.getValue();
                if (!seen.equals(nodes.seen(seen.name()))) {
                    assertThat(nodes.state(wait.getKey()))
                            .as("in round %d", round)
                            .isEqualTo(RunState.QUEUED);
                }
                nodes.first.purge(wait.getKey(), true);
            }
        }
        nodes.assertNoDeadlocks();
    }

    /** Whoever is not answered does not know whether the value is set; those who wait for it do. */
    @Test
    void aChangeWhoseAnswerIsLostWakesAllTheSame() throws Exception {
        int changed = 0;
        for (int round = 0; round < 12; round++) {
            Claim claim = untilAnswered(() -> nodes.waits(BALANCE));
            SeenValue seen = untilAnswered(() -> nodes.seen(BALANCE));
            CompletableFuture<Optional<ValueInfo>> change =
                    aside(() -> nodes.second.values().set(BALANCE, seen.version(), bytes("1")));
            nodes.server.terminate(nodes.database);
            get(change.exceptionally(error -> Optional.empty()));
            SeenValue now = untilAnswered(() -> nodes.seen(BALANCE));
            if (!seen.equals(now)) {
                changed++;
                untilAnswered(nodes.first::advance);
                RunState state = untilAnswered(() -> nodes.state(claim.run()));
                assertThat(state).as("in round %d", round).isEqualTo(RunState.QUEUED);
            }
            untilAnswered(() -> nodes.first.purge(claim.run(), true));
        }
        assertThat(changed).as("rounds in which it was set").isPositive();
        untilAnswered(() -> nodes.second.values().find(BALANCE)); // so that it can leave
    }

    /** What is asked. */
    private interface Request<T> {
        T ask() throws Exception;
    }

    private static <T> T untilAnswered(Request<T> request) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try {
                return request.ask();
            } catch (StoreException | ExecutionException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
        }
    }
}

package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Event;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunState;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** New runs within a transaction of a user's. */
public abstract class TransactionConformance extends StoreTest {
    private static final Duration MOMENT = Duration.ofMillis(100);

    @Test
    void aRunIsThereFromTheCommitOn() throws SQLException { // case 75
        NewRun run = NewRuns.of(GREET, clock)
                .named("nightly")
                .tagged("x", "y")
                .priority(5)
                .build();
        try (Connection connection = connect()) {
            store.enqueue(connection, List.of(run));
            assertThat(store.find(run.id())).isEmpty();
            connection.commit();
        }
        RunInfo info = info(run.id());
        assertThat(info.state()).isEqualTo(RunState.QUEUED);
        assertThat(info.name()).isEqualTo("nightly");
        assertThat(info.tags()).containsExactly("x", "y");
        assertThat(info.priority()).isEqualTo(5);
        assertThat(info.payload().text()).isEqualTo("{\"to\":\"Ada\"}");
        assertThat(info.createdAt()).isEqualTo(run.createdAt());
    }

    @Test
    void ofATransactionThatIsRolledBackNothingIsLeft() throws SQLException { // case 76
        List<NewRun> runs = NewRuns.many(2, GREET, clock);
        store.join("node", 1);
        try (Connection connection = connect()) {
            store.enqueue(connection, runs);
            connection.rollback();
        }
        assertThat(runs).allSatisfy(run -> assertThat(store.find(run.id())).isEmpty());
        assertNothingClaimable(store);
        assertThat(events(store)).isEmpty();
    }

    @Test
    void runsAreClaimedAfterTheCommitByWhoeverWaits() throws SQLException {
        Store another = openNode("another");
        CompletionStage<List<Claim>> standing = another.claim(new ClaimRequest(10, Set.of(GREET)));
        List<NewRun> runs = NewRuns.many(3, GREET, clock);
        try (Connection connection = connect()) {
            store.enqueue(connection, runs);
            assertThat(standing.toCompletableFuture()).isNotDone();
            connection.commit();
            assertThat(await(standing))
                    .extracting(Claim::run)
                    .containsExactlyInAnyOrderElementsOf(
                            runs.stream().map(NewRun::id).toList());
        }
    }

    @Test
    void runsOfSeveralTasksAndTimesAreStoredTogether() throws SQLException {
        List<NewRun> runs = new ArrayList<>(NewRuns.many(40, GREET, clock));
        runs.add(NewRuns.of("nobody declared this", clock).build());
        runs.add(NewRuns.of(GREET, clock).in(MINUTE).build());
        try (Connection connection = connect()) {
            store.enqueue(connection, runs);
            connection.commit();
        }
        assertThat(runs).allSatisfy(run -> assertThat(info(run.id()).task()).isEqualTo(run.task()));
        assertThat(state(runs.getLast().id())).isEqualTo(RunState.DELAYED);
        store.join("node", 1);
        assertThat(claimedRuns(40)).hasSize(40);
        clock.advance(MINUTE);
        store.advance();
        assertThat(claim(store, 100)).hasSize(1);
    }

    @Test
    void severalCallsAndOtherTriggersFollowEachOther() throws SQLException {
        RunId before = enqueueGreet();
        NewRun first = NewRuns.of(GREET, clock).build();
        NewRun second = NewRuns.of(GREET, clock).build();
        try (Connection connection = connect()) {
            store.enqueue(connection, List.of(first));
            store.enqueue(connection, List.of(second));
            store.enqueue(connection, List.of());
            connection.commit();
            RunId after = enqueueGreet();
            store.join("node", 1);
            assertThat(claimedRuns(4)).containsExactlyInAnyOrder(before, first.id(), second.id(), after);
        }
    }

    /** A claim may answer with fewer than there are. */
    private List<RunId> claimedRuns(int count) {
        List<RunId> runs = new ArrayList<>();
        while (runs.size() < count) {
            claim(store, count).forEach(claim -> runs.add(claim.run()));
        }
        return runs;
    }

    @Test
    void itIsToldOfAfterTheCommit() throws SQLException {
        EventCursor start = store.lastEvent();
        CompletableFuture<Boolean> told = new CompletableFuture<>();
        store.onCommit(new CommitListener() {
            @Override
            public void events(boolean foreign) {
                if (!store.events(start, 10).events().isEmpty()) {
                    told.complete(true);
                }
            }

            @Override
            public void requests() {}
        });
        store.join("node", 1);
        NewRun run = NewRuns.of(GREET, clock).named("nightly").build();
        try (Connection connection = connect()) {
            store.enqueue(connection, List.of(run));
            connection.commit();
        }
        assertThat(told.orTimeout(60, TimeUnit.SECONDS).join()).isTrue();
        List<Event> events = events(store);
        assertThat(events).hasSize(1);
        assertThat(events.getFirst().run()).isEqualTo(run.id());
        assertThat(events.getFirst().task()).isEqualTo(GREET);
        assertThat(events.getFirst().runName()).isEqualTo("nightly");
        assertThat(events.getFirst().from()).isNull();
        assertThat(events.getFirst().to()).isEqualTo(RunState.QUEUED);
    }

    @Test
    void whoAsksForARunOfAnOpenTransactionWaitsForItsEnd() throws Exception { // case 78
        NewRun committed = NewRuns.of(GREET, clock).build();
        NewRun dropped = NewRuns.of(GREET, clock).build();
        Store another = open();
        try (Connection connection = connect()) {
            store.enqueue(connection, List.of(committed));
            assertThat(another.settled(committed.id(), MOMENT)).isFalse();
            connection.commit();
            assertThat(another.settled(committed.id(), MINUTE)).isTrue();
            assertThat(another.find(committed.id())).isPresent();
            store.enqueue(connection, List.of(dropped));
            assertThat(another.settled(dropped.id(), MOMENT)).isFalse();
            connection.rollback();
            assertThat(another.settled(dropped.id(), MINUTE)).isTrue();
            assertThat(another.find(dropped.id())).isEmpty();
        }
    }

    @Test
    void aWaiterHearsOfTheEndOfTheTransactionItself() throws Exception {
        NewRun run = NewRuns.of(GREET, clock).build();
        Store another = open();
        try (Connection connection = connect()) {
            store.enqueue(connection, List.of(run));
            CompletableFuture<Boolean> waiter = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    waiter.complete(another.settled(run.id(), MINUTE)
                            && another.find(run.id()).isPresent());
                } catch (InterruptedException | RuntimeException e) {
                    waiter.completeExceptionally(e);
                }
            });
            assertThat(another.settled(run.id(), MOMENT)).isFalse();
            assertThat(waiter).isNotDone();
            connection.commit();
            assertThat(waiter.orTimeout(60, TimeUnit.SECONDS).join()).isTrue();
        }
    }

    @Test
    void aMadeUpIdIsSettledAtOnce() throws InterruptedException { // case 81
        long before = System.nanoTime();
        assertThat(store.settled(RunId.next(), MINUTE)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(MINUTE);
    }

    @Test
    void aConnectionToAnotherDatabaseIsRefused() throws SQLException {
        List<NewRun> runs = NewRuns.many(1, GREET, clock);
        try (Connection elsewhere = connectElsewhere()) {
            assertThatThrownBy(() -> store.enqueue(elsewhere, runs))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("they must be one database");
        }
    }
}

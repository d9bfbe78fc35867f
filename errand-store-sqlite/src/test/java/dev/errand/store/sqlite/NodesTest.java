package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.NodeInfo;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.EventCursor;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes on one file: their locks, and writing at the same time. */
class NodesTest {
    private static final String TASK = "greet";

    @TempDir
    Path folder;

    @Test
    void aNodeWhoseLockWasTakenAwayLearnsThatItLostItsClaims() throws IOException {
        try (SqliteStore store = open();
                SqliteStore other = open()) {
            long node = store.join("first", 1);
            other.enqueue(List.of(newRun()));
            Claim lost = claim(store);
            Files.delete(folder.resolve("errand.db-nodes").resolve(node + ".lock"));
            assertThat(store.beat()).isEmpty();
            assertThat(other.recover()).isEqualTo(1);
            assertThat(record(store, new Report.Released(lost))).isEqualTo(Receipt.LOST);
            assertThat(store.join("first", 1)).isGreaterThan(node);
            assertThat(claim(store).run()).isEqualTo(lost.run());
        }
    }

    @Test
    void aNodeThatOthersHaveClearedAwayClaimsNothing() {
        try (SqliteStore store = open();
                SqliteStore other = open()) {
            // given
            long node = store.join("stood still", 1);
            CompletionStage<List<Claim>> standing = store.claim(new ClaimRequest(1, Set.of(TASK)));
            new NodeLocks(folder.resolve("errand.db-nodes")).drop(node);
            other.recover();
            // when
            store.enqueue(List.of(newRun()));
            // then
            assertThat(standing.toCompletableFuture()).isNotDone();
            assertThat(store.beat()).isEmpty();
            assertThat(standing.toCompletableFuture()).isCompletedWithValue(List.of());
            store.join("stood still", 1);
            assertThat(claim(store).attempt()).isEqualTo(1);
        }
    }

    @Test
    void aNodeThatLeftLeavesNoFileBehind() throws IOException {
        try (SqliteStore store = open()) {
            store.join("first", 1);
            assertThat(locks()).hasSize(1);
            store.leave();
            assertThat(locks()).isEmpty();
            SqliteStore dead = open();
            dead.join("second", 1);
            dead.abandon();
            assertThat(locks()).hasSize(1);
            store.recover();
            assertThat(locks()).isEmpty();
        }
    }

    private List<Path> locks() throws IOException {
        try (var files = Files.list(folder.resolve("errand.db-nodes"))) {
            return files.toList();
        }
    }

    @Test
    void whoeverFindsTheFileLockedWaitsItsTurn() throws Exception {
        try (SqliteStore first = open();
                SqliteStore second = open()) {
            List<Thread> threads = new ArrayList<>();
            for (SqliteStore store : List.of(first, second, first, second)) {
                threads.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 100; i++) {
                        store.enqueue(List.of(newRun(), newRun()));
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(first.events(EventCursor.START, 10_000).events()).hasSize(800);
            assertThat(first.nodes()).extracting(NodeInfo::name).isEmpty();
        }
    }

    private SqliteStore open() {
        return SqliteStore.open(Location.of(Location.PREFIX + folder.resolve("errand.db")), Clock.systemUTC());
    }

    private static NewRun newRun() {
        return NewRuns.of(TASK, Clock.systemUTC()).build();
    }

    private static Claim claim(SqliteStore store) {
        return store.claim(new ClaimRequest(1, Set.of(TASK)))
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join()
                .getFirst();
    }

    private static Receipt record(SqliteStore store, Report report) {
        return store.record(List.of(report)).toCompletableFuture().join().getFirst();
    }
}

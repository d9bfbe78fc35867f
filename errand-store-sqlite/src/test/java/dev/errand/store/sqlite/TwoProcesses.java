package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRuns;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.Store;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A file for real processes, of which this is one. Nobody advances the store here. */
abstract class TwoProcesses {
    @TempDir
    Path folder;

    Store store;

    @BeforeEach
    void openStore() {
        store = SqliteStore.open(Location.of(Location.PREFIX + file()), Clock.systemUTC());
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    final Path file() {
        return folder.resolve("errand.db");
    }

    final void enqueue() {
        store.enqueue(List.of(NewRuns.of(ChildProcess.TASK, Clock.systemUTC()).build()));
    }

    final CompletableFuture<List<Claim>> claims(int max) {
        return store.claim(new ClaimRequest(max, Set.of(ChildProcess.TASK))).toCompletableFuture();
    }

    static <T> T inTime(CompletableFuture<T> future) {
        return future.orTimeout(60, TimeUnit.SECONDS).join();
    }

    final Claim claim() {
        return inTime(claims(1)).getFirst();
    }

    final void complete(Claim claim) {
        Instant now = Instant.now();
        assertThat(store.record(List.of(new Report.Ended(
                                claim, RunState.COMPLETED, now, now, new byte[] {'1'}, null, null, false)))
                        .toCompletableFuture()
                        .join())
                .containsExactly(Receipt.RECORDED);
    }
}

package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.NodeInfo;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Two real processes on one file. */
@Isolated("measures how soon one hears of the other")
class ProcessesTest {
    private static final Duration SOON = Duration.ofMillis(100);
    private static final int TRIES = 9;
    private static final int ID_LENGTH = 30;

    @TempDir
    Path folder;

    private Store store;

    @BeforeEach
    void openStore() {
        store = SqliteStore.open(Location.of(Location.PREFIX + file()), Clock.systemUTC());
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    private Path file() {
        return folder.resolve("errand.db");
    }

    @Test
    void aTriggerInAnotherProcessIsClaimedHereSoon() throws IOException {
        store.join("parent", 1);
        List<Duration> delays = new ArrayList<>();
        try (ChildProcess child = ChildProcess.start(file(), "trigger")) {
            for (int i = 0; i < TRIES; i++) {
                CompletableFuture<Instant> claimed = claim().thenApply(claims -> Instant.now());
                child.write("now");
                Instant asked = Instant.parse(child.read());
                delays.add(Duration.between(
                        asked, claimed.orTimeout(60, TimeUnit.SECONDS).join()));
            }
        }
        assertThat(ofTheBestThird(delays)).isLessThan(SOON);
    }

    @Test
    void aTriggerHereIsClaimedInAnotherProcessSoon() throws IOException {
        List<Duration> delays = new ArrayList<>();
        try (ChildProcess child = ChildProcess.start(file(), "work")) {
            for (int i = 0; i < TRIES; i++) {
                NewRun run = NewRuns.of(ChildProcess.TASK, Clock.systemUTC()).build();
                Instant asked = Instant.now();
                store.enqueue(List.of(run));
                String claimed = child.read();
                assertThat(claimed).startsWith(run.id().toString());
                delays.add(Duration.between(asked, Instant.parse(claimed.substring(ID_LENGTH + 1))));
            }
        }
        assertThat(ofTheBestThird(delays)).isLessThan(SOON);
    }

    @Test
    void twoProcessesShareTheRunsAndNeitherDoesOneTwice() throws IOException {
        int count = 2000;
        Set<RunId> here = ConcurrentHashMap.newKeySet();
        List<String> there = Collections.synchronizedList(new ArrayList<>());
        store.join("parent", 1);
        try (ChildProcess child = ChildProcess.start(file(), "work")) {
            List<NewRun> runs = NewRuns.many(count, ChildProcess.TASK, Clock.systemUTC());
            Thread.ofPlatform().daemon().start(() -> readAll(child, there));
            List<CompletableFuture<Void>> asked = new ArrayList<>();
            for (int from = 0; from < count; from += 50) {
                // Asked before there is anything, and for a part: both processes wait for these runs.
                asked.add(claim(20).thenAccept(claims -> claims.forEach(claim -> here.add(claim.run()))));
                store.enqueue(runs.subList(from, from + 50));
            }
            assertThat(asked.subList(0, asked.size() - 1))
                    .as("each was answered or replaced")
                    .allMatch(CompletableFuture::isDone);
            Instant deadline = Instant.now().plusSeconds(180);
            while (there.size() + here.size() < count && Instant.now().isBefore(deadline)) {
                LockSupport.parkNanos(1_000_000);
            }
        }
        assertThat(there).as("the child's runs").isNotEmpty().doesNotHaveDuplicates();
        assertThat(here).as("the parent's runs").isNotEmpty();
        assertThat(there.size() + here.size()).isEqualTo(count);
        assertThat(here).extracting(RunId::toString).doesNotContainAnyElementsOf(there);
    }

    /** Until the child has ended. */
    private static void readAll(ChildProcess child, List<String> there) {
        try {
            String line;
            while ((line = child.readOrEnd()) != null) {
                there.add(line.substring(0, ID_LENGTH));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theDeathOfAProcessIsNoticedAndItsRunTakenBack() throws IOException {
        NewRun run = NewRuns.of(ChildProcess.TASK, Clock.systemUTC()).build();
        try (ChildProcess child = ChildProcess.start(file(), "hold")) {
            store.enqueue(List.of(run));
            assertThat(child.read()).isEqualTo(run.id().toString());
            assertThat(store.nodes()).extracting(NodeInfo::name).containsExactly("child");
            assertThat(store.recover()).as("while it lives").isZero();
            child.kill();
        }
        assertThat(store.nodes()).isEmpty();
        assertThat(store.recover()).isEqualTo(1);
        assertThat(store.find(run.id()).orElseThrow().state()).isEqualTo(RunState.QUEUED);
        assertThat(store.find(run.id()).orElseThrow().redeliveries()).isEqualTo(1);
    }

    @Test
    void whatWasAcknowledgedSurvivesKills() throws IOException {
        int kills = Integer.getInteger("errand.kills", 5);
        Random random = new Random(42);
        List<RunId> acknowledged = new ArrayList<>();
        for (int i = 0; i < kills; i++) {
            try (ChildProcess child = ChildProcess.start(file(), "flood")) {
                int lines = 1 + random.nextInt(2000);
                for (int line = 0; line < lines; line++) {
                    acknowledged.add(RunId.of(child.read()));
                }
                child.kill().stream()
                        .filter(line -> line.length() == ID_LENGTH)
                        .forEach(line -> acknowledged.add(RunId.of(line)));
            }
            NewRun own = NewRuns.of(ChildProcess.TASK, Clock.systemUTC()).build();
            store.enqueue(List.of(own));
            acknowledged.add(own.id());
        }
        assertThat(acknowledged).hasSizeGreaterThan(kills).doesNotHaveDuplicates();
        assertThat(acknowledged)
                .allSatisfy(
                        run -> assertThat(store.find(run)).as(run.toString()).isPresent());
        assertThat(store.health().problems()).isEmpty();
    }

    private CompletableFuture<List<Claim>> claim() {
        return claim(100);
    }

    private CompletableFuture<List<Claim>> claim(int max) {
        return store.claim(new ClaimRequest(max, Set.of(ChildProcess.TASK))).toCompletableFuture();
    }

    /** The longest of these: the machine may do other things meanwhile. */
    private static Duration ofTheBestThird(List<Duration> durations) {
        return durations.stream().sorted().toList().get(durations.size() / 3 - 1);
    }
}

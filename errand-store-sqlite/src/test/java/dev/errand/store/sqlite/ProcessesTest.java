package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.NodeInfo;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two real processes on one file. */
class ProcessesTest extends TwoProcesses {
    private static final int TRIES = 9;
    private static final int ID_LENGTH = 30;

    @Test
    void aNodeHearsOfATriggerInAnotherProcessThoughItNeverLooksByItself() throws IOException {
        ChildProcess.joinToHear(store, "parent", 1);
        try (ChildProcess child = ChildProcess.start(file(), "trigger")) {
            for (int i = 0; i < TRIES; i++) {
                CompletableFuture<List<Claim>> claimed = claims(100);
                child.write("now");
                RunId run = RunId.of(child.read());
                assertThat(inTime(claimed)).extracting(Claim::run).containsExactly(run);
            }
        }
    }

    @Test
    void aNodeOfAnotherProcessIsToldOfATriggerHere() throws IOException {
        try (ChildProcess child = ChildProcess.start(file(), "work when told")) {
            for (int i = 0; i < TRIES; i++) {
                NewRun run = NewRuns.of(ChildProcess.TASK, Clock.systemUTC()).build();
                store.enqueue(List.of(run));
                assertThat(child.readInTime()).isEqualTo(run.id().toString());
            }
        }
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
                asked.add(claims(20).thenAccept(claims -> claims.forEach(claim -> here.add(claim.run()))));
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
                there.add(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Tag("full") // it waits for longer than a trigger is patient
    void aTriggerWhoseProcessStoodStillWhileItWaitedForTheFileWaitsOn() throws Exception {
        try (ChildProcess child = ChildProcess.start(file(), "trigger");
                Connection other = DriverManager.getConnection(Location.PREFIX + file());
                Statement statement = other.createStatement()) {
            statement.execute("pragma busy_timeout = 10000");
            statement.execute("begin immediate");
            child.write("now");
            TimeUnit.MILLISECONDS.sleep(300); // so that it has begun to wait
            child.signal("-STOP");
            TimeUnit.SECONDS.sleep(11); // for so long it stands still
            child.signal("-CONT");
            TimeUnit.MILLISECONDS.sleep(300); // so that it has found the file locked once more
            statement.execute("rollback");
            assertThat(store.find(RunId.of(child.readInTime()))).isPresent();
        }
    }

    @Test
    @Tag("full") // another one that waits for time to pass
    void aTransactionWhoseProcessStoodStillHasItsTimeAfterwards() throws Exception {
        try (ChildProcess child = ChildProcess.start(file(), "transaction")) {
            assertThat(child.readInTime()).isEqualTo("begun");
            child.signal("-STOP");
            TimeUnit.SECONDS.sleep(4); // for so long it stands still
            child.signal("-CONT");
            child.write("go on");
            assertThat(child.readInTime()).isEqualTo(ChildProcess.GOES_ON);
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
}

package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.ValueInfo;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.CommitListener;
import dev.errand.store.NewRuns;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.SeenValue;
import dev.errand.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Values that one process sets and another one's runs wait for. Nobody advances the store here. */
@Isolated("measures how soon one hears of the other")
class ValueProcessesTest {
    private static final Duration SOON = Duration.ofMillis(100);
    private static final String VALUE = ChildProcess.TASK;
    private static final int TRIES = 9;
    private static final int ROUNDS = 50;
    private static final int WAITING = 60;

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

    private void enqueue() {
        store.enqueue(List.of(NewRuns.of(ChildProcess.TASK, Clock.systemUTC()).build()));
    }

    private CompletableFuture<List<Claim>> claims() {
        return store.claim(new ClaimRequest(1, Set.of(ChildProcess.TASK))).toCompletableFuture();
    }

    private Claim claim() {
        return claims().orTimeout(10, TimeUnit.SECONDS).join().getFirst();
    }

    private void complete(Claim claim) {
        Instant now = Instant.now();
        assertThat(store.record(List.of(new Report.Ended(
                                claim, RunState.COMPLETED, now, now, new byte[] {'1'}, null, null, false)))
                        .toCompletableFuture()
                        .join())
                .containsExactly(Receipt.RECORDED);
    }

    private long version(String name) {
        return store.values().find(name).map(ValueInfo::version).orElse(0L);
    }

    private static Duration median(List<Duration> durations) {
        return durations.stream().sorted().toList().get(durations.size() / 2);
    }

    @Test
    void aValueThatAnotherProcessSetsHasItsRunGoOnHereSoon() throws IOException {
        store.join("parent", 1);
        List<Duration> delays = new ArrayList<>();
        try (ChildProcess child = ChildProcess.start(file(), "set")) {
            for (int i = 0; i < TRIES; i++) {
                enqueue();
                ChildProcess.waitForChange(store, claim(), VALUE);
                CompletableFuture<Instant> goesOn = claims().thenApply(claims -> {
                    assertThat(claims).hasSize(1).allMatch(Claim::resumed);
                    return Instant.now();
                });
                child.write(VALUE);
                Instant asked = Instant.parse(child.read().split(" ", -1)[0]);
                delays.add(Duration.between(
                        asked, goesOn.orTimeout(10, TimeUnit.SECONDS).join()));
            }
        }
        assertThat(median(delays)).isLessThan(SOON);
    }

    /** This process is no node, as one that sets a value and is gone. */
    @Test
    void aValueThatIsSetHereHasItsRunGoOnInAnotherProcessSoon() throws IOException {
        List<Duration> delays = new ArrayList<>();
        try (ChildProcess child = ChildProcess.start(file(), "await-change")) {
            for (int i = 0; i < TRIES; i++) {
                enqueue();
                assertThat(Long.parseLong(child.read())).isEqualTo(version(VALUE));
                Instant asked = Instant.now();
                ChildProcess.increase(store, VALUE);
                delays.add(Duration.between(asked, Instant.parse(child.read())));
            }
        }
        assertThat(median(delays)).isLessThan(SOON);
    }

    @Test
    void whoWatchesHearsOfAValueThatAnotherProcessSets() throws IOException, InterruptedException {
        store.join("parent", 1);
        Semaphore heard = new Semaphore(0);
        try (ChildProcess child = ChildProcess.start(file(), "set")) {
            store.onCommit(new CommitListener() {
                @Override
                public void events(boolean foreign) {}

                @Override
                public void requests() {}

                @Override
                public void values() {
                    heard.release();
                }
            });
            child.write(VALUE);
            long version = Long.parseLong(child.read().split(" ", -1)[1]);
            do {
                assertThat(heard.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
            } while (version(VALUE) < version);
        }
    }

    @Test
    void ofSeveralProcessesNoneTakesTheChangeOfAnotherBack() throws IOException {
        try (ChildProcess one = ChildProcess.start(file(), "set");
                ChildProcess two = ChildProcess.start(file(), "set")) {
            for (int round = 0; round < ROUNDS; round++) {
                one.write(VALUE);
                two.write(VALUE);
                ChildProcess.increase(store, VALUE);
            }
            for (int round = 0; round < ROUNDS; round++) {
                one.read();
                two.read();
            }
        }
        assertThat(store.values().find(VALUE).orElseThrow().value()).isEqualTo(new Json(String.valueOf(3 * ROUNDS)));
    }

    /** Invariant: whichever of the two commits is first, a run whose value has changed does not stay WAITING. */
    @Test
    void aValueThatAnotherProcessSetsWhileItsRunBeginsToWaitHasItGoOn() throws IOException {
        store.join("parent", 1);
        try (ChildProcess child = ChildProcess.start(file(), "set")) {
            for (int round = 0; round < ROUNDS; round++) {
                enqueue();
                Claim claim = claim();
                SeenValue seen = new SeenValue(VALUE, version(VALUE));
                child.write(VALUE);
                ChildProcess.waitFor(store, claim, seen);
                child.read();
                Claim resumed = claim();
                assertThat(resumed.resumed()).as("in round %d", round).isTrue();
                complete(resumed);
            }
        }
    }

    /** Invariant: what was acknowledged is kept, and no run waits whose value has another version than it read, wherever a process dies. */
    @Test
    void aChangeIsWholeOrNotThereWhereverItsProcessIsKilled() throws IOException {
        store.join("parent", 1);
        store.enqueue(NewRuns.many(WAITING, ChildProcess.TASK, Clock.systemUTC()));
        Map<RunId, SeenValue> waiting = new LinkedHashMap<>();
        while (waiting.size() < WAITING) {
            Claim claim = claim();
            SeenValue seen = new SeenValue("value " + waiting.size(), 0);
            ChildProcess.waitFor(store, claim, seen);
            waiting.put(claim.run(), seen);
        }
        Random random = new Random(104);
        List<SeenValue> left = new ArrayList<>(waiting.values());
        while (!left.isEmpty()) {
            List<SeenValue> next = left.subList(0, Math.min(30, left.size()));
            try (ChildProcess child = ChildProcess.start(file(), "set")) {
                for (SeenValue value : next) {
                    child.write(value.name());
                }
                int acknowledged = random.nextInt(next.size() + 1);
                for (SeenValue value : next.subList(0, acknowledged)) {
                    long version = Long.parseLong(child.read().split(" ", -1)[1]);
                    assertThat(version(value.name())).isEqualTo(version);
                }
                child.kill();
            }
            waiting.forEach(
                    (run, value) -> assertThat(store.find(run).orElseThrow().state())
                            .isEqualTo(version(value.name()) == 0 ? RunState.WAITING : RunState.QUEUED));
            left = left.stream().filter(value -> version(value.name()) == 0).toList();
        }
    }
}

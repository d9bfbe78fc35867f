package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.ValueInfo;
import dev.errand.store.Claim;
import dev.errand.store.CommitListener;
import dev.errand.store.NewRuns;
import dev.errand.store.SeenValue;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Values that one process sets and another one's runs wait for. */
class ValueProcessesTest extends TwoProcesses {
    private static final String VALUE = ChildProcess.TASK;
    private static final int TRIES = 9;
    private static final int ROUNDS = 50;
    private static final int WAITING = 60;

    private long version(String name) {
        return store.values().find(name).map(ValueInfo::version).orElse(0L);
    }

    @Test
    void whoseValueAnotherProcessSetsGoesOnThoughItsNodeNeverLooksByItself() throws IOException {
        ChildProcess.joinToHear(store, "parent", 1);
        try (ChildProcess child = ChildProcess.start(file(), "set")) {
            for (int i = 0; i < TRIES; i++) {
                enqueue();
                ChildProcess.waitForChange(store, claim(), VALUE);
                CompletableFuture<List<Claim>> goesOn = claims(1);
                child.write(VALUE);
                assertThat(inTime(goesOn)).hasSize(1).allMatch(Claim::resumed);
                child.read();
            }
        }
    }

    /** This process is no node, as one that sets a value and is gone. */
    @Test
    void aNodeOfAnotherProcessIsToldOfAValueThatIsSetHere() throws IOException {
        try (ChildProcess child = ChildProcess.start(file(), "await-change")) {
            for (int i = 0; i < TRIES; i++) {
                enqueue();
                assertThat(Long.parseLong(child.readInTime())).isEqualTo(version(VALUE));
                ChildProcess.increase(store, VALUE);
                assertThat(child.readInTime()).isEqualTo(ChildProcess.GOES_ON);
            }
        }
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
            long version = Long.parseLong(child.read());
            do {
                assertThat(heard.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
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
                    long version = Long.parseLong(child.read());
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

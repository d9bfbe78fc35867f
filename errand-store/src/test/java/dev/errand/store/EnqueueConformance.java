package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Machine;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunState;
import dev.errand.TimeoutFrom;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Enqueueing: what is stored, and that it stays. */
public abstract class EnqueueConformance extends StoreTest {
    @Test
    void whatWasEnqueuedIsThereAfterReopening() {
        List<NewRun> runs = NewRuns.many(100, GREET, clock);
        store.enqueue(runs);
        reopen();
        for (NewRun run : runs) {
            assertThat(state(run.id())).isEqualTo(RunState.QUEUED);
        }
    }

    @Test
    void aRunReadsAsItWasTriggered() {
        RunId replayed = RunId.next();
        RunOptions options = new RunOptions(
                Duration.ofSeconds(90),
                TimeoutFrom.CREATION,
                4,
                "{\"a\":[1,2.5,null,true]}",
                replayed,
                null,
                null,
                null,
                Machine.LARGE_1X,
                MINUTE,
                "k \"1\"",
                RunId.next(),
                RunId.next(),
                2,
                Duration.ofSeconds(181),
                true,
                "sched_\"1\"",
                "key \"one\"");
        RunId id = enqueue(NewRuns.of("Greet", clock)
                .named("nightly")
                .tagged("x", "y")
                .payload("{\"to\":\"Ädä\"}")
                .in(MINUTE)
                .priority(5)
                .expiresIn(MINUTE.multipliedBy(3))
                .options(options));
        RunInfo info = info(id);
        assertThat(info.id()).isEqualTo(id);
        assertThat(info.task()).isEqualTo("Greet");
        assertThat(info.name()).isEqualTo("nightly");
        assertThat(info.tags()).containsExactly("x", "y");
        assertThat(info.state()).isEqualTo(RunState.DELAYED);
        assertThat(info.attempt()).isZero();
        assertThat(info.maxAttempts()).isEqualTo(4);
        assertThat(info.priority()).isEqualTo(5);
        assertThat(info.createdAt()).isEqualTo(clock.instant());
        assertThat(info.dueAt()).isEqualTo(clock.instant().plus(MINUTE));
        assertThat(info.startedAt()).isNull();
        assertThat(info.endedAt()).isNull();
        assertThat(info.expiresAt()).isEqualTo(clock.instant().plus(MINUTE.multipliedBy(3)));
        assertThat(info.timeout()).isEqualTo(Duration.ofSeconds(90));
        assertThat(info.timeoutFrom()).isEqualTo(TimeoutFrom.CREATION);
        assertThat(info.payload().text()).isEqualTo("{\"to\":\"Ädä\"}");
        assertThat(info.output()).isNull();
        assertThat(info.failure()).isNull();
        assertThat(info.reason()).isNull();
        List<Object> expected = new ArrayList<>(List.of(1L, 2.5));
        expected.add(null);
        expected.add(true);
        assertThat(info.metadata()).containsEntry("a", expected);
        assertThat(info.progress()).isNull();
        assertThat(info.node()).isNull();
        assertThat(info.redeliveries()).isZero();
        assertThat(info.cancelRequested()).isFalse();
        assertThat(info.replayOf()).isEqualTo(replayed);
        assertThat(info.ttl()).isEqualTo(Duration.ofSeconds(181));
        assertThat(info.test()).isTrue();
        assertThat(info.schedule()).isEqualTo("sched_\"1\"");
        assertThat(info.keyText()).isEqualTo("key \"one\"");
        assertThat(info.depth()).isEqualTo(2);
        assertThat(info.batch()).isNull();
    }

    @Test
    void whatATriggerDidNotSayIsAbsent() {
        RunInfo info = info(enqueueGreet());
        assertThat(info.ttl()).isNull();
        assertThat(info.test()).isFalse();
        assertThat(info.batch()).isNull();
        assertThat(info.schedule()).isNull();
        assertThat(info.keyText()).isNull();
        assertThat(info.depth()).isZero();
        RunId below = enqueue(NewRuns.of(GREET, clock).options(NewRuns.childOf(info.id())));
        assertThat(info(below).depth()).as("nobody has said").isNull();
    }

    @Test
    void sendingTheSameRunsAgainChangesNothing() {
        List<NewRun> runs = NewRuns.many(40, GREET, clock);
        store.enqueue(runs.subList(0, 35));
        store.enqueue(runs);
        store.join("node", 1);
        assertThat(claim(store, 100)).extracting(Claim::run).hasSize(40).doesNotHaveDuplicates();
        store.enqueue(runs);
        assertNothingClaimable(store);
        assertThat(events(store)).hasSize(40);
    }

    @Test
    void aRunThatIsKnownKeepsItsPayload() {
        RunId id = enqueue(NewRuns.of(GREET, clock).payload("1"));
        enqueue(NewRuns.of(GREET, clock).id(id).payload("2"));
        assertThat(info(id).payload().text()).isEqualTo("1");
    }

    @Test
    void anyTextIsATaskThatANodeMayKnowOneDay() {
        RunId id = enqueue(NewRuns.of("nobody declared this", clock));
        assertThat(info(id).task()).isEqualTo("nobody declared this");
        assertThat(state(id)).isEqualTo(RunState.QUEUED);
    }

    @Test
    void manyThreadsEnqueueAtOnce() throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                for (int k = 0; k < 50; k++) {
                    enqueueGreet();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        store.join("node", 1);
        assertThat(claim(store, 1000)).extracting(Claim::run).hasSize(400).doesNotHaveDuplicates();
    }

    @Test
    void oneCallersErrorSpoilsNobodyElsesRuns() throws Exception {
        List<RunId> stored = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger refused = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            boolean bad = i % 2 == 0;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int k = 0; k < 25; k++) {
                    if (bad) {
                        assertThatThrownBy(() -> store.enqueue(new Unreadable()))
                                .isInstanceOf(RuntimeException.class);
                        refused.incrementAndGet();
                    } else {
                        stored.add(enqueueGreet());
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(refused).hasValue(100);
        assertThat(stored).hasSize(100).allSatisfy(run -> assertThat(state(run)).isEqualTo(RunState.QUEUED));
        assertThat(events(store)).hasSize(100);
    }

    /** Runs that cannot be read, wherever the store does. */
    private static final class Unreadable extends AbstractList<NewRun> {
        @Override
        public NewRun get(int index) {
            throw new IllegalStateException("on purpose");
        }

        @Override
        public int size() {
            return 1;
        }
    }

    @Test
    void anUnknownRunIsNotFound() {
        assertThat(store.find(RunId.next())).isEmpty();
    }

    @Test
    void anInterruptedCallerStillGetsItsRunStored() {
        Thread.currentThread().interrupt();
        RunId id = enqueueGreet();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(state(id)).isEqualTo(RunState.QUEUED);
    }
}

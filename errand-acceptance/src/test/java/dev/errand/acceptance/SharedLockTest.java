package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.LockTimeoutException;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Task;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Locks between engines and processes on one store, some of which are killed or stand still. */
class SharedLockTest {
    private static final int TIMES = 50;

    @TempDir
    private Path folder;

    private String url;
    private volatile int counter;

    @BeforeEach
    void store() {
        url = TestStore.url(folder);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // which is what the lock is for
    private final Task<Integer, ?> counts = Task.named("counts", Integer.class).run((times, run) -> {
        for (int i = 0; i < times; i++) {
            run.lock("counter").run(() -> counter++);
        }
    });

    private Errand open(String name) {
        return Errand.builder()
                .store(url)
                .nodeName(name)
                .tasks(counts)
                .concurrency(4)
                .drain(Duration.ZERO)
                .open();
    }

    @Test
    void twoEnginesLoseNoCount() throws InterruptedException {
        try (Errand first = open("first");
                Errand second = open("second")) {
            List<Run<?>> runs = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                runs.add((i % 2 == 0 ? first : second).trigger(counts, TIMES));
            }
            for (Run<?> run : runs) {
                assertThat(run.result(Duration.ofMinutes(5)).state()).isEqualTo(RunState.COMPLETED);
            }
            assertThat(counter).isEqualTo(8 * TIMES);
            assertThat(first.locks()).isEmpty();
        }
    }

    @Test
    void aLockOfAKilledProcessIsFreeOnceItsLeaseHasEnded() throws Exception {
        try (LockingProcess process = new LockingProcess(url);
                Errand errand = open("survivor")) {
            Run<?> run = errand.trigger(LockingProcess.TASK, "ledger");
            process.await("held 1");
            assertThat(errand.locks()).singleElement().matches(lock -> run.id().equals(lock.run()));
            process.kill();
            String answer = errand.lock("ledger").call(SOON, () -> "mine");
            assertThat(answer).isEqualTo("mine");
        }
    }

    @Test
    @Tag(TestStore.POSTGRES_ONLY) // on SQLite a process that stands still keeps its locks
    void aProcessThatStoodStillBeyondItsLeaseHasLostItsLockAndNoticesIt() throws Exception {
        try (LockingProcess frozen = new LockingProcess(url);
                Errand errand = open("survivor")) {
            errand.trigger(LockingProcess.TASK, "ledger");
            frozen.await("held 1");
            frozen.standStill();
            assertThat(isFree(errand)).as("while its lease lasts").isFalse();
            TestStore.endLease(url, frozen.pid());
            errand.lock("ledger").run(SOON, () -> {
                frozen.goOn();
                frozen.await("interrupted");
                frozen.await("lost ledger");
                assertThat(errand.locks()).singleElement().matches(lock -> lock.run() == null);
            });
            frozen.await("held 1"); // the run again: it is still this process's, which is a new node
        }
    }

    private static boolean isFree(Errand errand) throws InterruptedException {
        try {
            return errand.lock("ledger").call(Duration.ZERO, () -> true);
        } catch (LockTimeoutException e) {
            return false;
        }
    }
}

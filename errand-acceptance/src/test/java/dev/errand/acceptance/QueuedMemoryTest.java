package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.RunQuery;
import dev.errand.Task;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Runs that wait lie on the disk: what they are to work on fills no memory. */
@Isolated // what others keep in memory meanwhile would count
class QueuedMemoryTest {
    private static final int AT_A_TIME = 500;
    private static final int PAYLOAD = 10_000;
    private static final long MB = 1_000_000;

    private final Gate gate = new Gate();
    private final Task<String, ?> waits = Task.named("waits", String.class).run((payload, run) -> gate.pass());

    @TempDir
    private Path folder;

    @Test
    void fiveThousandRunsWaitWithoutTheirPayloads() throws InterruptedException { // case 73, a twentieth of it
        assertThat(growthBy(5_000)).as("bytes of heap").isLessThan(10 * MB);
    }

    @Test
    @Tag(TestStore.FULL)
    void aHundredThousandRunsWaitWithoutTheirPayloads() throws InterruptedException { // case 73
        assertThat(growthBy(100_000)).as("bytes of heap").isLessThan(200 * MB);
    }

    /** How much heap it costs that so many runs were accepted and wait. */
    private long growthBy(int runs) throws InterruptedException {
        try (Errand errand = Errand.builder()
                .store(TestStore.url(folder))
                .concurrency(2)
                .tasks(waits)
                .open()) {
            queue(errand, AT_A_TIME); // so that all is loaded and buffers are filled that have a bound
            gate.awaitArrivals(2);
            long before = usedHeap();
            for (int queued = 0; queued < runs; queued += AT_A_TIME) {
                queue(errand, AT_A_TIME);
            }
            long after = usedHeap();
            assertThat(errand.runs(RunQuery.all().limit(1)).items()).hasSize(1); // it lives, and is no garbage
            gate.open();
            return after - before;
        }
    }

    private void queue(Errand errand, int runs) {
        List<String> payloads = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            payloads.add("x".repeat(PAYLOAD));
        }
        errand.triggerAll(waits, payloads);
    }

    /** After collections, until they find nothing more. */
    private static long usedHeap() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        long used = Long.MAX_VALUE;
        long less = memory.getHeapMemoryUsage().getUsed();
        while (less < used) {
            used = less;
            System.gc();
            less = memory.getHeapMemoryUsage().getUsed();
        }
        return used;
    }
}

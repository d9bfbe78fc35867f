package dev.errand.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdleTest {
    @TempDir
    Path folder;

    @Test
    void eachTransactionThatWritesCounts() throws Exception {
        // given
        Path file = folder.resolve("jobs.db");
        try (RawSql raw = new RawSql(file)) {
            int before = Idle.transactions(file);
            // when
            for (int number = 0; number < 7; number++) {
                raw.trigger(Work.json(number));
            }
            // then
            assertThat(Idle.transactions(file)).isEqualTo(before + 7);
        }
    }

    @Test
    void theTimeOfAThreadCountsOnceItHasEnded() throws Exception {
        // given
        long before = ProcessorClock.nanos();
        // when
        Thread worker = Thread.ofPlatform().start(() -> {
            long end = Clocks.processorNanos() + 50_000_000;
            while (Clocks.processorNanos() < end) {
                Thread.onSpinWait();
            }
        });
        worker.join();
        // then
        assertThat(ProcessorClock.nanos() - before).isGreaterThan(30_000_000);
    }
}

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
    void theTimeOfThreadsGrowsWithWork() {
        // given
        long before = Clocks.threadNanos();
        // when
        long end = Clocks.processorNanos() + 20_000_000;
        while (Clocks.processorNanos() < end) {
            Thread.onSpinWait();
        }
        // then
        assertThat(Clocks.threadNanos() - before).isGreaterThan(5_000_000);
    }
}

package dev.errand.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Spread;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

class HistogramTest {
    @Test
    void sizesGrowWithoutGapsAndTheirMiddlesAreCloseToAllInThem() {
        int before = 0;
        for (long micros = 0; micros < 100_000; micros++) {
            int size = Histogram.size(micros);
            assertThat(size - before).as("%d µs", micros).isBetween(0, 1);
            before = size;
            assertThat((double) Histogram.middle(size)).isBetween(micros * 0.93, micros * 1.07);
        }
        for (int i = 0; i < 10_000; i++) {
            long micros = ThreadLocalRandom.current().nextLong(Long.MAX_VALUE);
            assertThat((double) Histogram.middle(Histogram.size(micros))).isBetween(micros * 0.93, micros * 1.07);
        }
    }

    @Test
    void thePartsOfAHundredAreTheirSizes() {
        Histogram histogram = new Histogram();
        for (int i = 1; i <= 100; i++) {
            histogram.add(Duration.ofSeconds(i));
        }
        Spread spread = histogram.spread();
        assertThat(spread.p50().toMillis()).isBetween(46_500L, 53_500L);
        assertThat(spread.p95().toMillis()).isBetween(88_000L, 102_000L);
        assertThat(spread.p99().toMillis()).isBetween(92_000L, 106_000L);
        assertThat(new Histogram().spread()).isEqualTo(new Spread(Duration.ZERO, Duration.ZERO, Duration.ZERO));
    }
}

package dev.errand.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    @Test
    void theMedianIsTheMiddleOneOrTheMeanOfTwo() {
        assertThat(Statistics.median(List.of(9.0, 1.0, 4.0))).isEqualTo(4);
        assertThat(Statistics.median(List.of(9.0, 1.0, 4.0, 6.0))).isEqualTo(5);
    }

    @Test
    void aPercentileIsTheSmallestValueThatSoManyDoNotExceed() {
        long[] values = {50, 10, 40, 20, 30};

        assertThat(Statistics.percentile(values, 50)).isEqualTo(30);
        assertThat(Statistics.percentile(values, 99)).isEqualTo(50);
        assertThat(Statistics.percentile(values, 20)).isEqualTo(10);
        assertThat(values).startsWith(50);
    }
}

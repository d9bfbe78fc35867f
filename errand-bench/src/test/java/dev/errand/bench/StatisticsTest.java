package dev.errand.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    @Test
    void aPercentileIsTheSmallestValueThatSoManyDoNotExceed() {
        // given
        long[] hundred = LongStream.rangeClosed(1, 100).map(i -> 101 - i).toArray();
        // then
        assertThat(Statistics.percentile(hundred, 50)).isEqualTo(50);
        assertThat(Statistics.percentile(hundred, 99)).isEqualTo(99);
        assertThat(Statistics.percentile(hundred, 100)).isEqualTo(100);
        assertThat(Statistics.percentile(new long[] {7, 9}, 99)).isEqualTo(9);
        assertThat(Statistics.percentile(new long[] {7}, 50)).isEqualTo(7);
    }

    @Test
    void aPercentileLeavesTheValuesInTheirOrder() {
        // given
        long[] values = {3, 1, 2};
        // when
        Statistics.percentile(values, 50);
        // then
        assertThat(values).containsExactly(3, 1, 2);
    }

    @Test
    void aMedianOfAnEvenNumberLiesBetweenTheTwoInTheMiddle() {
        assertThat(Statistics.median(List.of(9.0, 1.0, 4.0))).isEqualTo(4.0);
        assertThat(Statistics.median(List.of(9.0, 1.0, 4.0, 6.0))).isEqualTo(5.0);
    }
}

package dev.errand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RetryTest {
    private static List<Long> delays(Retry retry, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(attempt -> retry.delayAfter(attempt, 0.5).toMillis())
                .toList();
    }

    @Test
    void delaysGrowByTheFactorFromTheFloor() { // case 117
        Retry retry = Retry.exponential()
                .jitter(Jitter.NONE)
                .attempts(5)
                .factor(1.8)
                .floor(Duration.ofMillis(500))
                .ceiling(Duration.ofSeconds(30));
        assertThat(delays(retry, 4)).containsExactly(500L, 900L, 1620L, 2916L);
    }

    @Test
    void delaysStopGrowingAtTheCeiling() { // case 118
        Retry retry = Retry.exponential()
                .jitter(Jitter.NONE)
                .factor(10)
                .floor(Duration.ofSeconds(1))
                .ceiling(Duration.ofSeconds(5));
        assertThat(delays(retry, 3)).containsExactly(1000L, 5000L, 5000L);
    }

    @Test
    void jitterSpreadsDelaysFromOnceToTwice() { // case 119
        Retry retry = Retry.exponential().floor(Duration.ofSeconds(1));
        Random random = new Random(42);
        List<Duration> first = Stream.generate(() -> retry.delayAfter(1, random.nextDouble()))
                .limit(200)
                .toList();
        assertThat(first).allMatch(delay -> delay.toMillis() >= 1000 && delay.toMillis() <= 2000);
        assertThat(first.stream().distinct().count()).isGreaterThan(50);
    }

    @Test
    void fullJitterDrawsFromNothingToTheWholeDelay() { // cases 91 and 92
        Retry retry = Retry.durable();
        assertThat(retry.delayAfter(1, 0)).isZero();
        assertThat(retry.delayAfter(1, 0.5)).isEqualTo(Duration.ofMillis(500));
        assertThat(retry.delayAfter(3, 1)).isEqualTo(Duration.ofSeconds(4));
        assertThat(retry.delayAfter(20, 0.5)).isEqualTo(Duration.ofSeconds(15));
        assertThat(retry.delayAfter(1_000_000, 1)).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aDelayNeverExceedsTheCeilingHoweverManyAttemptsWereMade() {
        Retry retry = Retry.exponential();
        assertThat(retry.delayAfter(1_000_000, 1)).isEqualTo(retry.ceiling());
    }

    @Test
    void fixedDelaysAreAllTheSame() {
        assertThat(delays(Retry.fixed(Duration.ofSeconds(10)), 3)).containsExactly(10_000L, 10_000L, 10_000L);
        assertThat(delays(Retry.fixed(Duration.ZERO), 2)).containsExactly(0L, 0L);
    }

    @Test
    void aTaskMakesThreeAttemptsUnlessItSaysOtherwise() { // D1
        assertThat(TaskOptions.defaults().retryOr(Retry.exponential()).attempts())
                .isEqualTo(3);
        assertThat(Retry.none().attempts()).isEqualTo(1);
        assertThat(Retry.byHand(4).automatic()).isFalse();
    }

    @Test
    void retriesAreTheAttemptsButTheFirst() {
        assertThat(Retry.fixed(Duration.ZERO).maxRetries(3).attempts()).isEqualTo(4);
        assertThat(Retry.exponential().maxRetries(0).attempts()).isEqualTo(1);
        assertThat(Retry.none().maxRetries(1).maxRetries(2).attempts()).isEqualTo(3);
    }

    @Test
    void attemptsAndMaxRetriesTogetherAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Retry.exponential().attempts(4).maxRetries(3))
                .withMessageContaining("attempts and maxRetries both");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Retry.exponential()
                        .maxRetries(3)
                        .floor(Duration.ofSeconds(2))
                        .abortOn(ArithmeticException.class)
                        .attempts(4))
                .withMessageContaining("attempts and maxRetries both");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Retry.byHand(4).maxRetries(3))
                .withMessageContaining("give one of them");
    }

    @Test
    void aFloorAboveTheCeilingRaisesTheCeiling() {
        assertThat(Retry.exponential().floor(Duration.ofMinutes(5)).ceiling()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void numbersThatMakeNoSenseAreRefusedAndNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Retry.none().attempts(0))
                .withMessageContaining("attempts is 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Retry.exponential().maxRetries(-1))
                .withMessageContaining("maxRetries is -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Retry.exponential().maxRetries(Integer.MAX_VALUE))
                .withMessageContaining("below 2,147,483,647");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Retry.exponential().factor(0.5))
                .withMessageContaining("factor is 0.5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Retry.exponential().factor(Double.NaN))
                .withMessageContaining("NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Retry.fixed(Duration.ofSeconds(-1)))
                .withMessageContaining("-1S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Retry.exponential().ceiling(Duration.ofMillis(1)))
                .withMessageContaining("ceiling");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Retry.fixed(Duration.ofSeconds(Long.MAX_VALUE)))
                .withMessageContaining("100 years");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryDecision.after(Duration.ofDays(-1)))
                .withMessageContaining("retry delay is PT-24H");
    }
}

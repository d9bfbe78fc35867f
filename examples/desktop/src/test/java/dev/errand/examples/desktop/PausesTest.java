package dev.errand.examples.desktop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** When a worker is started again. */
class PausesTest {
    private final Pauses pauses = new Pauses();

    @Test
    void oneThatDiesAtOnceTimeAfterTimeIsStartedEverMoreRarely() {
        assertThat(Stream.generate(() -> pauses.after(Duration.ofMillis(100))).limit(9))
                .extracting(Duration::toMillis)
                .containsExactly(0L, 500L, 1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 30_000L, 30_000L);
    }

    @Test
    void oneThatHasWorkedForAWhileIsReplacedAtOnce() {
        pauses.after(Duration.ZERO);
        pauses.after(Duration.ZERO);
        assertThat(pauses.after(Pauses.SOON)).isZero();
        assertThat(pauses.after(Duration.ZERO)).isEqualTo(Pauses.FIRST);
    }
}

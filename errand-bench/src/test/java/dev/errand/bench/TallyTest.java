package dev.errand.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.RunId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TallyTest {
    private final Tally tally = new Tally(2);

    @Test
    void itIsContentWhenEachBodyRanOnce() throws InterruptedException {
        // when
        ran(0, 1);
        // then
        tally.awaitAll(Duration.ZERO);
        assertThat(tally.eachOnce()).isTrue();
    }

    @Test
    void aBodyThatRanTwiceIsFoundOut() {
        // when
        ran(0, 1, 1);
        // then
        assertThat(tally.eachOnce()).isFalse();
    }

    @Test
    void aBodyThatRanTwiceDoesNotStandInForOneThatDidNotRun() {
        // when
        ran(1, 1);
        // then
        assertThat(tally.eachOnce()).isFalse();
        assertThatThrownBy(() -> tally.awaitAll(Duration.ofMillis(1)))
                .hasMessageStartingWith("1 of 2 bodies had not run");
    }

    private void ran(int... numbers) {
        for (int number : numbers) {
            tally.ran(number, RunId.next());
        }
    }
}

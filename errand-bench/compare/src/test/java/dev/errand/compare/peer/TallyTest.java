package dev.errand.compare.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class TallyTest {
    private final Tally tally = new Tally(10, 3);

    @Test
    void isDoneWhenEachHasRun() throws InterruptedException {
        tally.accept(10);
        tally.accept(12);
        assertThat(tally.awaitAll(Duration.ZERO)).isFalse();

        tally.accept(11);

        assertThat(tally.awaitAll(Duration.ZERO)).isTrue();
        assertThat(tally.clean()).isTrue();
        assertThat(tally.checksum()).isEqualTo(Tally.checksum(10, 3));
    }

    @Test
    void noticesWhatRanTwiceOrWasNotExpected() {
        tally.accept(10);
        tally.accept(10);
        Tally other = new Tally(10, 3);
        other.accept(13);

        assertThat(tally.clean()).isFalse();
        assertThat(tally.ran()).isEqualTo(1);
        assertThat(other.clean()).isFalse();
    }

    @Test
    void checksumsOfPartsAddUp() {
        Tally rest = new Tally(10, 3);
        tally.accept(11);
        rest.accept(10);
        rest.accept(12);

        assertThat(tally.checksum() + rest.checksum()).isEqualTo(Tally.checksum(10, 3));
        assertThat(tally.checksum()).isNotEqualTo(Tally.checksum(10, 1));
    }

    @Test
    void delaysCountFromTheTimetable() {
        long firstAt = System.nanoTime() - 1_000_000;
        tally.accept(10);
        tally.accept(11);

        assertThat(tally.delays(0, firstAt, 1_000)).hasSize(2);
        assertThat(tally.delays(0, firstAt, 1_000)[0]).isGreaterThanOrEqualTo(1_000_000);
        assertThat(tally.delays(1, firstAt, 1_000)).hasSize(1);
        assertThat(tally.startedBy(System.nanoTime())).isEqualTo(2);
        assertThat(tally.startedBy(firstAt)).isZero();
    }

    @Test
    void aPayloadHas120Bytes() {
        assertThat(JsonMapper.shared().writeValueAsBytes(Order.of(1_234_567))).hasSize(Order.BYTES);
    }
}

package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How soon a commit of a user's transaction is looked for. */
class ExpectedTest {
    private static final long HOUR_NANOS = 3_600_000_000_000L;

    private long now = Long.MAX_VALUE - HOUR_NANOS; // it may overflow
    private final Expected expected = new Expected(() -> now);

    @Test
    void nothingIsLookedForUnlessItIsExpected() {
        assertThat(expected.lookAfter()).isZero();
        assertThat(expected.take()).isFalse();
        assertThat(expected.any()).isFalse();
    }

    @Test
    void whatStaysOpenForLongIsLookedForLessOftenButNotGivenUp() {
        expected.expect();
        for (int hours = 0; hours < 5; hours++) {
            assertThat(expected.lookAfter()).isEqualTo(hours == 0 ? Expected.SOON_NANOS : Expected.LATER_NANOS);
            assertThat(expected.take()).isTrue();
            expected.goOn();
            now += HOUR_NANOS;
        }
        expected.expect();
        assertThat(expected.lookAfter()).as("another one").isEqualTo(Expected.SOON_NANOS);
        now += Expected.LATE_AFTER_NANOS;
        assertThat(expected.lookAfter()).isEqualTo(Expected.LATER_NANOS);
    }

    @Test
    void whatWasFoundIsLookedForNoMore() {
        expected.expect();
        assertThat(expected.take()).isTrue();
        assertThat(expected.lookAfter()).isZero();
    }

    @Test
    void whatHasWrittenSinceTheLookIsLookedFor() {
        expected.expect();
        expected.take();
        expected.expect();
        assertThat(expected.lookAfter()).isEqualTo(Expected.SOON_NANOS);
    }

    @Test
    void whatCouldNotBeLookedForIsLookedForAgain() {
        expected.expect();
        expected.take();
        expected.failed();
        assertThat(expected.any()).isTrue();
        assertThat(expected.lookAfter()).isEqualTo(Expected.LATER_NANOS);
    }
}

package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TriesTest {
    private static final long PATIENCE = 10;

    private final Tries tries = new Tries();

    @Test
    void whatWasNotTriedYetHasTime() {
        assertThat(tries.lasted(PATIENCE)).isFalse();
    }

    @Test
    void timeIsCountedFromTheFirstFailure() {
        tries.inVain(0, 1_000); // it stood still
        assertThat(tries.lasted(PATIENCE)).isFalse();
        tries.inVain(1_010, 1_010);
        assertThat(tries.lasted(PATIENCE)).isFalse();
        tries.inVain(1_011, 1_011);
        assertThat(tries.lasted(PATIENCE)).isTrue();
    }

    @Test
    void whoStoodStillInTheMiddleOfATryTriesOnceMore() {
        tries.inVain(0, 1);
        tries.inVain(2, 1_000);
        assertThat(tries.lasted(PATIENCE)).isFalse();
        tries.inVain(1_001, 1_002);
        assertThat(tries.lasted(PATIENCE)).isTrue();
    }
}

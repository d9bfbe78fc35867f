package dev.errand.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SettableClockTest {
    private final SettableClock clock = new SettableClock();

    @Test
    void itStandsStillUntilItIsMoved() {
        assertThat(clock.instant()).isEqualTo(SettableClock.START).isEqualTo(clock.instant());
        clock.advance(Duration.ofMinutes(5));
        assertThat(clock.instant()).isEqualTo(SettableClock.START.plusSeconds(300));
        clock.set(SettableClock.START.minusSeconds(1));
        assertThat(clock.instant()).isBefore(SettableClock.START);
    }

    @Test
    void listenersHearOfAMoveAfterItWasMade() {
        List<Instant> heard = new ArrayList<>();
        Runnable listener = () -> heard.add(clock.instant());
        clock.onMove(listener);
        clock.advance(Duration.ofSeconds(1));
        clock.forget(listener);
        clock.advance(Duration.ofSeconds(1));
        assertThat(heard).containsExactly(SettableClock.START.plusSeconds(1));
    }

    @Test
    void itIsAsFineAsStoresAre() {
        assertThat(new SettableClock(Instant.parse("2026-01-01T00:00:00.123456789Z")).instant())
                .isEqualTo(Instant.parse("2026-01-01T00:00:00.123456Z"));
        clock.advance(Duration.ofNanos(1_999));
        assertThat(clock.instant()).isEqualTo(SettableClock.START.plusNanos(1_000));
    }

    @Test
    void itDoesNotAdvanceBackwards() {
        assertThatIllegalArgumentException().isThrownBy(() -> clock.advance(Duration.ofSeconds(-1)));
    }

    @Test
    void anotherZoneIsTheSameClock() {
        Clock tokyo = clock.withZone(ZoneId.of("Asia/Tokyo"));
        clock.advance(Duration.ofHours(1));
        assertThat(tokyo.instant()).isEqualTo(clock.instant());
        assertThat(tokyo.getZone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
    }

    @Test
    void noMoveOfManyThreadsIsLost() throws InterruptedException {
        List<Thread> threads = IntStream.range(0, 10)
                .mapToObj(i -> Thread.startVirtualThread(
                        () -> IntStream.range(0, 1_000).forEach(n -> clock.advance(Duration.ofMillis(1)))))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(clock.instant()).isEqualTo(SettableClock.START.plusSeconds(10));
    }
}

package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A process knows the database's time by answers that were under way for some time, nobody knows in which direction. */
class StoreClockTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    /** What the process's monotonic clock says; it began anywhere. */
    private long nanos = -5_000_000_000L;

    /** What the database's clock says. */
    private Instant database = START;

    private final StoreClock clock = new StoreClock(() -> nanos);

    @Test
    void goesOnBetweenAnswers() {
        asked(0, 0);

        pass(Duration.ofSeconds(90));

        assertThat(clock.instant()).isEqualTo(START.plusSeconds(90));
    }

    @Test
    void isBehindByTheShortestWayOfAnAnswer() {
        asked(0, 40);
        asked(300, 3);
        asked(20, 500);

        assertThat(clock.instant()).isEqualTo(database.minusMillis(3));
    }

    /** A question may have waited for long before the database looked at its clock. */
    @Test
    void isNotAheadAfterASlowQuestion() {
        asked(1_000, 0);

        assertThat(clock.instant()).isEqualTo(database);
    }

    @Test
    void staysWithTheDatabaseWhenItsOwnMonotonicClockIsTooFast() {
        asked(0, 0);
        for (int i = 0; i < 10_000; i++) {
            pass(Duration.ofSeconds(1));
            nanos += TimeUnit.MICROSECONDS.toNanos(50);
            asked(1, 1);
        }

        assertThat(clock.instant()).isBetween(database.minusMillis(2), database.plusMillis(2));
    }

    @Test
    void staysWithTheDatabaseWhenItsOwnMonotonicClockIsTooSlow() {
        asked(0, 0);
        for (int i = 0; i < 10_000; i++) {
            pass(Duration.ofSeconds(1));
            nanos -= TimeUnit.MICROSECONDS.toNanos(50);
            asked(1, 1);
        }

        assertThat(clock.instant()).isBetween(database.minusMillis(2), database.plusMillis(2));
    }

    @Test
    void goesOnAtHalfItsSpeedWhenTheDatabasesClockWasSetBack() {
        asked(0, 0);
        pass(Duration.ofSeconds(60));
        Instant told = clock.instant();
        database = database.minusSeconds(10);
        asked(0, 0);

        assertThat(clock.instant()).isEqualTo(told);
        pass(Duration.ofSeconds(10));
        assertThat(clock.instant()).isEqualTo(told.plusSeconds(5));
        asked(0, 0);
        pass(Duration.ofSeconds(10));
        assertThat(clock.instant()).isEqualTo(database).isEqualTo(told.plusSeconds(10));
        pass(Duration.ofSeconds(10));
        assertThat(clock.instant()).isEqualTo(database);
    }

    @Test
    void followsTheDatabaseWhenItsClockWasSetForward() {
        asked(0, 0);
        database = database.plusSeconds(3_600);

        asked(2, 2);

        assertThat(clock.instant()).isEqualTo(database.minusMillis(2));
    }

    /** In milliseconds: until the database looked at its clock, and from then on. */
    private void asked(long there, long back) {
        long asked = nanos;
        pass(Duration.ofMillis(there));
        long said = TimeUnit.SECONDS.toMicros(database.getEpochSecond()) + database.getNano() / 1_000;
        pass(Duration.ofMillis(back));
        clock.set(said, asked, nanos);
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
        database = database.plus(time);
    }
}

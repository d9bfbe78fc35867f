package dev.errand.engine.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.spi.MovableClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AlarmTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static final class Hand extends MovableClock {
        private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
        private volatile Instant now = START;

        void set(Instant instant) {
            now = instant;
            listeners.forEach(Runnable::run);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public void onMove(Runnable listener) {
            listeners.add(listener);
        }

        @Override
        public void forget(Runnable listener) {
            listeners.remove(listener);
        }
    }

    private final Hand clock = new Hand();
    private final Alarm alarm = new Alarm(clock);
    private final BlockingQueue<String> calls = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        alarm.close();
    }

    private void at(int seconds, String name) {
        alarm.at(START.plusSeconds(seconds), () -> calls.add(name));
    }

    private String nextCall() throws InterruptedException {
        return String.valueOf(calls.poll(60, TimeUnit.SECONDS));
    }

    @Test
    void callsComeInTheOrderOfTheirInstants() throws InterruptedException {
        at(20, "second");
        at(10, "first");
        at(20, "third");
        clock.set(START.plusSeconds(30));
        assertThat(List.of(nextCall(), nextCall(), nextCall())).containsExactly("first", "second", "third");
    }

    @Test
    void nothingIsCalledBeforeItsInstant() throws InterruptedException {
        at(10, "late");
        at(5, "early");
        clock.set(START.plusSeconds(9));
        assertThat(nextCall()).isEqualTo("early");
        assertThat(calls).isEmpty();
    }

    @Test
    void anInstantThatHasPassedIsCalledAtOnce() throws InterruptedException {
        at(-10, "past");
        assertThat(nextCall()).isEqualTo("past");
    }

    @Test
    void whatIsGivenUpIsNotCalled() throws InterruptedException {
        Alarm.Appointment appointment = alarm.at(START.plusSeconds(1), () -> calls.add("given up"));
        at(2, "kept");
        appointment.cancel();
        clock.set(START.plusSeconds(3));
        assertThat(nextCall()).isEqualTo("kept");
        assertThat(calls).isEmpty();
    }

    @Test
    void aCallThatThrowsHoldsUpNoOther() throws InterruptedException {
        alarm.at(START.plusSeconds(1), () -> {
            throw new IllegalStateException("thrown by a test");
        });
        at(2, "next");
        clock.set(START.plusSeconds(3));
        assertThat(nextCall()).isEqualTo("next");
    }

    @Test
    void aClockThatPassesByItselfIsFollowedToTheMillisecond() throws InterruptedException {
        try (Alarm real = new Alarm(Clock.systemUTC())) {
            Instant due = Instant.now().plus(Duration.ofMillis(50));
            BlockingQueue<Instant> called = new LinkedBlockingQueue<>();
            real.at(due, () -> called.add(Instant.now()));
            assertThat(called.poll(60, TimeUnit.SECONDS)).isNotNull().isAfterOrEqualTo(due);
        }
    }
}

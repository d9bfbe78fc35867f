package dev.errand;

import dev.errand.cron.Cron;
import dev.errand.cron.DstPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** By what rule a {@link Schedule} fires. */
public sealed interface Timing {
    /**
     * When any of some cron expressions says so; once where several do.
     *
     * @param clocks what happens while clocks change
     */
    record Crons(List<Cron> expressions, DstPolicy clocks) implements Timing {
        public Crons {
            expressions = List.copyOf(expressions);
            Objects.requireNonNull(clocks, "clocks");
            if (expressions.isEmpty()) {
                throw new IllegalArgumentException("a schedule needs a cron expression");
            }
        }

        @Override
        public @Nullable Instant next(Instant after, ZoneId zone, Instant since, boolean atOnce) {
            Instant first = null;
            for (Cron cron : expressions) {
                Instant next = cron.next(after, zone, clocks).orElse(null);
                first = next == null || (first != null && first.isBefore(next)) ? first : next;
            }
            return first;
        }
    }

    /** Each time so long has passed, counted from the schedule's start, else from when it was made. */
    record Every(Duration interval) implements Timing {
        private static final Duration SHORTEST = Duration.ofSeconds(1);

        public Every {
            if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(Durations.LONGEST) > 0) {
                throw new IllegalArgumentException(
                        "the interval is %s; it must be from 1 s to 100 years".formatted(interval));
            }
        }

        @Override
        public Instant next(Instant after, ZoneId zone, Instant since, boolean atOnce) {
            long step = micros(interval);
            long passed = ChronoUnit.MICROS.between(since, after);
            long times = Math.max(passed < 0 ? 0 : passed / step + 1, atOnce ? 0 : 1);
            return since.plus(Math.multiplyExact(times, step), ChronoUnit.MICROS);
        }

        private static long micros(Duration duration) {
            return duration.getSeconds() * 1_000_000 + duration.getNano() / 1_000;
        }
    }

    /** At one instant, and never again. */
    record Once(Instant at) implements Timing {
        public Once {
            at = Instants.sensible(at, "the time of the schedule");
        }

        @Override
        public @Nullable Instant next(Instant after, ZoneId zone, Instant since, boolean atOnce) {
            return at.isAfter(after) ? at : null;
        }
    }

    /**
     * The first time after an instant.
     *
     * @param since from where intervals count
     * @param atOnce whether the first interval ends there already
     * @return null if there is none
     */
    @Nullable
    Instant next(Instant after, ZoneId zone, Instant since, boolean atOnce);
}

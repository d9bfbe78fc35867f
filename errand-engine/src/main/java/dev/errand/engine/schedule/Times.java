package dev.errand.engine.schedule;

import dev.errand.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The times of a schedule, as they stand in its rule: without its place in the window.
 *
 * @param since from where intervals count that have no start
 */
record Times(Schedule schedule, Instant since) {
    /** The first after an instant; null if there is none. */
    @Nullable
    Instant next(Instant after) {
        return schedule.next(after, since).orElse(null);
    }

    /** Those after an instant, at most so many. */
    List<Instant> next(Instant after, int most) {
        List<Instant> times = new ArrayList<>();
        Instant next = after;
        while (times.size() < most) {
            next = next(next);
            if (next == null) {
                return times;
            }
            times.add(next);
        }
        return times;
    }

    /** The first after an instant once so many are passed over; null if there is none. */
    @Nullable
    Instant nextBut(Instant after, int skipped) {
        List<Instant> times = next(after, skipped + 1);
        return times.size() > skipped ? times.getLast() : null;
    }

    /**
     * The latest ones up to an instant, in order.
     *
     * @param first one of them, before which none is of interest
     */
    List<Instant> latest(Instant first, Instant until, int most) {
        List<Instant> times = new ArrayList<>();
        Instant end = until;
        while (times.size() < most && !end.isBefore(first)) {
            Instant last = last(first, end);
            times.addFirst(last);
            end = last.minus(1, ChronoUnit.MICROS);
        }
        return times;
    }

    /** Leaps ahead by halves of what is left, so that years of missed minutes cost a few steps. */
    private Instant last(Instant first, Instant until) {
        Instant last = first;
        Instant end = until;
        while (true) {
            Instant following = next(last);
            if (following == null || following.isAfter(until)) {
                return last;
            }
            last = following;
            Instant middle = last.plus(Duration.between(last, end).dividedBy(2)).truncatedTo(ChronoUnit.MICROS);
            Instant leap = next(middle);
            if (leap == null || leap.isAfter(until)) {
                end = middle;
            } else {
                last = leap;
            }
        }
    }
}

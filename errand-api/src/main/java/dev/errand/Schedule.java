package dev.errand;

import dev.errand.cron.Cron;
import dev.errand.cron.DstPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A rule that triggers runs of a task at set times. Immutable; each method returns a changed copy.
 *
 * <pre>{@code
 * Schedule.cron("0 2 * * MON-FRI").zone("Europe/Berlin")
 * Schedule.every(Duration.ofMinutes(10)).overlap(Overlap.SKIP)
 * Schedule.once(Instant.parse("2027-01-01T00:00:00Z")).payload(new Greeting("Happy new year"))
 * }</pre>
 *
 * @param timing by what rule it fires
 * @param zone in which cron expressions are read; UTC unless set
 * @param start no firing before it; intervals count from it, the first firing is there. Null for at once
 * @param end no firing at it or later; null for none
 * @param limit how many firings in all; null for any number
 * @param skip how many of the first firings are passed over
 * @param catchUp what happens to missed firings; the latest one becomes a run unless set
 * @param overlap what happens while an earlier run has not ended; another is triggered unless set
 * @param spread a window behind each time in which schedules of the same times fire, each at a place that follows from its key; zero for none
 * @param payload what its runs get; null for the {@link ScheduledTime}
 * @param externalId what its maker calls it, for the runs; null for nothing
 * @param options of its runs; without a start or delay
 */
public record Schedule(
        Timing timing,
        ZoneId zone,
        @Nullable Instant start,
        @Nullable Instant end,
        @Nullable Integer limit,
        int skip,
        CatchUp catchUp,
        Overlap overlap,
        Duration spread,
        @Nullable Object payload,
        @Nullable String externalId,
        TriggerOptions options) {

    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final Duration WIDEST = Duration.ofDays(1);
    private static final int MOST_SKIPPED = 1_000;
    private static final int MOST_TAGS = 9;

    public Schedule {
        Objects.requireNonNull(timing, "timing");
        Objects.requireNonNull(zone, "zone");
        Objects.requireNonNull(catchUp, "catchUp");
        Objects.requireNonNull(overlap, "overlap");
        start = start == null ? null : Instants.sensible(start, "the start");
        end = end == null ? null : Instants.sensible(end, "the end");
        if (start != null && end != null && !end.isAfter(start)) {
            throw new IllegalArgumentException("the schedule ends at %s, before it starts at %s".formatted(end, start));
        }
        if (limit != null && limit < 1) {
            throw new IllegalArgumentException(
                    "the limit on firings is %d; it must be at least 1, or left out for none".formatted(limit));
        }
        if (skip < 0 || skip > MOST_SKIPPED) {
            throw new IllegalArgumentException("skip is %d; it must be from 0 to %,d".formatted(skip, MOST_SKIPPED));
        }
        if (spread.isNegative() || spread.compareTo(WIDEST) > 0) {
            throw new IllegalArgumentException("spread is %s; it must be from 0 to a day".formatted(spread));
        }
        if (options.due() != null || options.delay() != null) {
            throw new IllegalArgumentException("runs of a schedule start when it fires: give no start and no delay");
        }
        if (options.idempotencyKey() != null || options.debounce() != null) {
            throw new IllegalArgumentException(
                    "each firing of a schedule triggers a run of its own: give no idempotency key and no debounce");
        }
        if (options.tags().size() > MOST_TAGS) {
            throw new IllegalArgumentException("runs of a schedule have at most 9 tags besides the schedule's own");
        }
    }

    private static Schedule of(Timing timing) {
        return new Schedule(
                timing,
                UTC,
                null,
                null,
                null,
                0,
                CatchUp.once(),
                Overlap.ALLOW,
                Duration.ZERO,
                null,
                null,
                TriggerOptions.none());
    }

    /**
     * At the times of a cron expression of five fields, or an alias such as {@code @daily}; see {@link Cron}. Given several, at the times
     * of each.
     *
     * @throws IllegalArgumentException if one is none, naming the field and what is legal there
     */
    public static Schedule cron(String... expressions) {
        return cron(Arrays.stream(expressions).map(Cron::parse).toArray(Cron[]::new));
    }

    /** As {@link #cron(String...)}, with a field for seconds first. */
    public static Schedule cronWithSeconds(String... expressions) {
        return cron(Arrays.stream(expressions).map(Cron::parseWithSeconds).toArray(Cron[]::new));
    }

    public static Schedule cron(Cron... expressions) {
        return of(new Timing.Crons(List.of(expressions), DstPolicy.DEFAULT));
    }

    /**
     * Each time so long has passed; first after that time, or at {@link #start} if there is one.
     *
     * @param interval at least a second
     */
    public static Schedule every(Duration interval) {
        return of(new Timing.Every(interval));
    }

    /** At one instant. */
    public static Schedule once(Instant at) {
        return of(new Timing.Once(at));
    }

    public Schedule timing(Timing timing) {
        return with(draft -> draft.timing = timing);
    }

    public Schedule zone(ZoneId zone) {
        return with(draft -> draft.zone = zone);
    }

    /**
     * A zone by its name, such as {@code Europe/Berlin}.
     *
     * @throws IllegalArgumentException if there is no such zone; the message says which may have been meant
     */
    public Schedule zone(String zone) {
        return zone(Zones.parse(zone));
    }

    /** What happens to fixed hours while clocks change; {@link DstPolicy#DEFAULT} unless set. Only for cron expressions. */
    public Schedule clocks(DstPolicy clocks) {
        if (timing instanceof Timing.Crons crons) {
            return with(draft -> draft.timing = new Timing.Crons(crons.expressions(), clocks));
        }
        throw new IllegalArgumentException("only schedules of cron expressions look at the clocks on the wall");
    }

    public Schedule start(@Nullable Instant start) {
        return with(draft -> draft.start = start);
    }

    public Schedule end(@Nullable Instant end) {
        return with(draft -> draft.end = end);
    }

    public Schedule limit(@Nullable Integer firings) {
        return with(draft -> draft.limit = firings);
    }

    public Schedule skip(int firings) {
        return with(draft -> draft.skip = firings);
    }

    public Schedule catchUp(CatchUp catchUp) {
        return with(draft -> draft.catchUp = catchUp);
    }

    public Schedule overlap(Overlap overlap) {
        return with(draft -> draft.overlap = overlap);
    }

    public Schedule spread(Duration window) {
        return with(draft -> draft.spread = window);
    }

    public Schedule payload(@Nullable Object payload) {
        return with(draft -> draft.payload = payload);
    }

    public Schedule externalId(@Nullable String id) {
        return with(draft -> draft.externalId = id);
    }

    public Schedule options(TriggerOptions options) {
        return with(draft -> draft.options = options);
    }

    /**
     * The first time after an instant for which it fires, without its place in the window.
     *
     * @param since when it was made: intervals count from there unless it has a start
     */
    public Optional<Instant> next(Instant after, Instant since) {
        Instant begin = start;
        Instant from = begin != null && after.isBefore(begin) ? begin.minus(1, ChronoUnit.MICROS) : after;
        Instant next = timing.next(from, zone, begin == null ? since : begin, begin != null);
        return next == null || (end != null && !next.isBefore(end)) ? Optional.empty() : Optional.of(next);
    }

    /** How long after each of its times a schedule with this key fires: always the same, within the window. */
    public Duration offset(String key) {
        long window = spread.toMillis();
        return window == 0 ? Duration.ZERO : Duration.ofMillis(Math.floorMod(hash(key), window));
    }

    /** FNV-1a, and then mixed (as MurmurHash does at its end): keys that differ in their last letter lie far apart. */
    private static long hash(String key) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : key.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }

    private Schedule with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.schedule();
    }

    /** The components, to change one and leave the others. */
    private static final class Draft {
        Timing timing;
        ZoneId zone;

        @Nullable
        Instant start;

        @Nullable
        Instant end;

        @Nullable
        Integer limit;

        int skip;
        CatchUp catchUp;
        Overlap overlap;
        Duration spread;

        @Nullable
        Object payload;

        @Nullable
        String externalId;

        TriggerOptions options;

        Draft(Schedule from) {
            timing = from.timing;
            zone = from.zone;
            start = from.start;
            end = from.end;
            limit = from.limit;
            skip = from.skip;
            catchUp = from.catchUp;
            overlap = from.overlap;
            spread = from.spread;
            payload = from.payload;
            externalId = from.externalId;
            options = from.options;
        }

        Schedule schedule() {
            return new Schedule(
                    timing, zone, start, end, limit, skip, catchUp, overlap, spread, payload, externalId, options);
        }
    }
}

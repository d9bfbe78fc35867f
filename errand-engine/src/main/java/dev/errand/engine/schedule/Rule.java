package dev.errand.engine.schedule;

import dev.errand.CatchUp;
import dev.errand.Json;
import dev.errand.Overlap;
import dev.errand.Schedule;
import dev.errand.Timing;
import dev.errand.TriggerOptions;
import dev.errand.cron.Cron;
import dev.errand.cron.DstPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A schedule's rule as it is stored, as JSON.
 *
 * @param cron expressions; null unless it goes by them, likewise clocks, every and at
 * @param spread null for none
 * @param payload JSON; null for none
 * @param options those that were set
 */
record Rule(
        @Nullable List<Expression> cron,
        @Nullable DstPolicy clocks,
        @Nullable Duration every,
        @Nullable Instant at,
        String zone,
        @Nullable Instant start,
        @Nullable Instant end,
        @Nullable Integer limit,
        int skip,
        int catchUp,
        Overlap overlap,
        @Nullable Duration spread,
        @Nullable String payload,
        @Nullable String externalId,
        Map<String, Object> options) {

    record Expression(String text, boolean seconds, boolean bothDays) {
        static Expression of(Cron cron) {
            return new Expression(cron.expression(), cron.hasSeconds(), cron.needsBothDays());
        }

        Cron cron() {
            Cron cron = seconds ? Cron.parseWithSeconds(text) : Cron.parse(text);
            return bothDays ? cron.daysMatchBoth() : cron;
        }
    }

    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");
    private static final Duration MOMENT = Duration.of(1, ChronoUnit.MICROS);

    static Rule of(Schedule schedule, @Nullable String payload, Map<String, Object> options) {
        Timing timing = schedule.timing();
        return new Rule(
                timing instanceof Timing.Crons crons
                        ? crons.expressions().stream().map(Expression::of).toList()
                        : null,
                timing instanceof Timing.Crons crons ? crons.clocks() : null,
                timing instanceof Timing.Every every ? every.interval() : null,
                timing instanceof Timing.Once once ? once.at() : null,
                schedule.zone().getId(),
                schedule.start(),
                schedule.end(),
                schedule.limit(),
                schedule.skip(),
                schedule.catchUp().most(),
                schedule.overlap(),
                schedule.spread().isZero() ? null : schedule.spread(),
                payload,
                schedule.externalId(),
                options);
    }

    Schedule schedule(TriggerOptions options) {
        return new Schedule(
                timing(),
                ZoneId.of(zone),
                start == null ? null : within(FIRST, start, LAST.minus(MOMENT)),
                end == null ? null : within(FIRST.plus(MOMENT), end, LAST),
                limit,
                skip,
                new CatchUp(catchUp),
                overlap,
                spread == null ? Duration.ZERO : spread,
                payload == null ? null : new Json(payload),
                externalId,
                options);
    }

    /** What was stored beyond the calendars that schedules are held to is read as their edge: no stored schedule is to be unreadable for that. */
    private static Instant within(Instant first, Instant stored, Instant last) {
        return stored.isBefore(first) ? first : stored.isAfter(last) ? last : stored;
    }

    private Timing timing() {
        if (cron != null) {
            return new Timing.Crons(
                    cron.stream().map(Expression::cron).toList(), clocks == null ? DstPolicy.DEFAULT : clocks);
        }
        if (every != null) {
            return new Timing.Every(every);
        }
        if (at != null) {
            return new Timing.Once(within(FIRST, at, LAST));
        }
        throw new IllegalStateException("a stored schedule has no times");
    }
}

package dev.errand.cli.schedules;

import dev.errand.Durations;
import dev.errand.Json;
import dev.errand.RunId;
import dev.errand.Schedule;
import dev.errand.ScheduleInfo;
import dev.errand.ScheduleState;
import dev.errand.Timing;
import dev.errand.TriggerOptions;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.JsonText;
import dev.errand.cli.console.Times;
import dev.errand.cron.Cron;
import dev.errand.cron.DstPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Schedules as people and programs read them. */
final class ScheduleText {
    private ScheduleText() {}

    /** What {@code --json} prints of one. */
    record Printed(
            String id,
            String key,
            String task,
            boolean declared,
            ScheduleState state,
            @Nullable List<String> cron,
            @Nullable Boolean seconds,
            @Nullable Boolean bothDays,
            @Nullable String gap,
            @Nullable String twice,
            @Nullable Duration every,
            @Nullable Instant at,
            String zone,
            @Nullable Instant start,
            @Nullable Instant end,
            @Nullable Integer limit,
            int skip,
            int catchUp,
            String overlap,
            Duration spread,
            @Nullable Object payload,
            @Nullable String externalId,
            @Nullable TriggerOptions options,
            @Nullable Instant next,
            @Nullable Instant previous,
            long firings,
            @Nullable RunId lastRun,
            Instant createdAt) {}

    static Printed of(ScheduleInfo info) {
        Schedule schedule = info.schedule();
        Timing timing = schedule.timing();
        return new Printed(
                info.id(),
                info.key(),
                info.task(),
                info.declared(),
                info.state(),
                ofCrons(timing, crons -> expressions(crons).toList()),
                ofCrons(timing, ScheduleText::haveSeconds),
                ofCrons(timing, ScheduleText::needBothDays),
                ofCrons(timing, crons -> ScheduleArguments.name(crons.clocks().gap())),
                ofCrons(timing, crons -> ScheduleArguments.name(crons.clocks().overlap())),
                timing instanceof Timing.Every every ? every.interval() : null,
                timing instanceof Timing.Once once ? once.at() : null,
                schedule.zone().getId(),
                schedule.start(),
                schedule.end(),
                schedule.limit(),
                schedule.skip(),
                schedule.catchUp().most(),
                ScheduleArguments.name(schedule.overlap()),
                schedule.spread(),
                schedule.payload(),
                schedule.externalId(),
                schedule.options().equals(TriggerOptions.none()) ? null : schedule.options(),
                info.next(),
                info.previous(),
                info.firings(),
                info.lastRun(),
                info.createdAt());
    }

    /** Null unless it goes by cron expressions. */
    private static <T> @Nullable T ofCrons(Timing timing, Function<Timing.Crons, T> what) {
        return timing instanceof Timing.Crons crons ? what.apply(crons) : null;
    }

    private static Stream<String> expressions(Timing.Crons crons) {
        return crons.expressions().stream().map(Cron::expression);
    }

    private static boolean haveSeconds(Timing.Crons crons) {
        return crons.expressions().stream().anyMatch(Cron::hasSeconds);
    }

    private static boolean needBothDays(Timing.Crons crons) {
        return crons.expressions().stream().anyMatch(Cron::needsBothDays);
    }

    /** Its times in a few words. */
    static String times(Schedule schedule) {
        return switch (schedule.timing()) {
            case Timing.Crons crons -> expressions(crons).collect(Collectors.joining(", "));
            case Timing.Every every -> "every " + Durations.print(every.interval());
            case Timing.Once once -> "once at " + once.at();
        };
    }

    static void print(Console console, ScheduleInfo info) {
        Schedule schedule = info.schedule();
        Times times = new Times();
        put(console, "key", info.key());
        put(console, "id", info.id());
        put(console, "task", info.task() + (info.declared() ? ", in whose code it stands" : ""));
        put(console, "state", info.state().name());
        put(console, "times", times(schedule));
        put(
                console,
                "zone",
                schedule.timing() instanceof Timing.Crons ? schedule.zone().getId() : "");
        if (schedule.timing() instanceof Timing.Crons crons) {
            put(console, "days", needBothDays(crons) ? "match both fields" : "");
            put(console, "clocks", crons.clocks().equals(DstPolicy.DEFAULT) ? "" : clocks(crons.clocks()));
        }
        put(console, "start", schedule.start() == null ? "" : times.full(schedule.start()));
        put(console, "end", schedule.end() == null ? "" : times.full(schedule.end()));
        put(console, "limit", schedule.limit() == null ? "" : schedule.limit() + " firings");
        put(console, "catch up", catchUp(schedule.catchUp().most()));
        put(console, "overlap", ScheduleArguments.name(schedule.overlap()));
        put(console, "spread", schedule.spread().isZero() ? "" : "over " + Durations.print(schedule.spread()));
        put(console, "payload", schedule.payload() instanceof Json json ? json.text() : "");
        put(console, "external id", schedule.externalId() == null ? "" : schedule.externalId());
        put(
                console,
                "runs get",
                schedule.options().equals(TriggerOptions.none()) ? "" : JsonText.line(schedule.options()));
        put(console, "next", info.next() == null ? "" : times.full(info.next()));
        put(console, "previous", info.previous() == null ? "" : times.full(info.previous()));
        put(console, "firings", String.valueOf(info.firings()));
        put(console, "last run", info.lastRun() == null ? "" : info.lastRun().toString());
        put(console, "created", times.full(info.createdAt()));
    }

    private static String clocks(DstPolicy clocks) {
        return "gap %s, twice %s"
                .formatted(ScheduleArguments.name(clocks.gap()), ScheduleArguments.name(clocks.overlap()));
    }

    private static String catchUp(int most) {
        return switch (most) {
            case 0 -> "none";
            case 1 -> "once";
            default -> "at most " + most;
        };
    }

    private static void put(Console console, String name, String value) {
        if (!value.isEmpty()) {
            console.line("%-12s %s".formatted(name, value));
        }
    }
}

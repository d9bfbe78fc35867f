package dev.errand.cli.schedules;

import dev.errand.CatchUp;
import dev.errand.Json;
import dev.errand.Overlap;
import dev.errand.Schedule;
import dev.errand.Timing;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.DurationText;
import dev.errand.cli.console.Times;
import dev.errand.cli.console.UsageException;
import dev.errand.cli.trigger.LaterArguments;
import dev.errand.cli.trigger.TriggerArguments;
import dev.errand.cron.Cron;
import dev.errand.cron.DstPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code create} and {@code update} both take: the rule of a schedule. */
final class ScheduleArguments {
    private static final String NONE = "none";

    @Option(
            names = "--cron",
            paramLabel = "EXPRESSION",
            description = "At these times: \"0 2 * * MON-FRI\", @daily; given again, at those too.")
    private List<String> cron = new ArrayList<>();

    @Option(names = "--seconds", description = "The cron expressions have a field for seconds first.")
    private boolean seconds;

    @Option(names = "--both-days", description = "Days must match both fields for days of a cron expression.")
    private boolean bothDays;

    @Option(
            names = "--every",
            paramLabel = "DURATION",
            converter = DurationText.class,
            description = "Each time so long has passed: 10m.")
    private @Nullable Duration every;

    @Option(names = "--at", paramLabel = "TIME", description = "Once: 18:30, 2026-12-24T18:30, or with a zone.")
    private @Nullable String at;

    @Option(names = "--zone", paramLabel = "ZONE", description = "Where cron expressions are read (default: UTC).")
    private @Nullable String zone;

    @Option(
            names = "--gap",
            paramLabel = "WHAT",
            description = "A time that does not come since clocks go forward: shift (default), skip.")
    private DstPolicy.@Nullable Gap gap;

    @Option(
            names = "--twice",
            paramLabel = "WHICH",
            description = "Of a time that comes twice since clocks go back: first (default), last, both.")
    private DstPolicy.@Nullable Overlap twice;

    @Option(names = "--start", paramLabel = "TIME", description = "No firing before it; none for at once.")
    private @Nullable String start;

    @Option(names = "--end", paramLabel = "TIME", description = "No firing at it or later; none for never.")
    private @Nullable String end;

    @Option(names = "--limit", paramLabel = "N", description = "How many firings in all; none for any number.")
    private @Nullable String limit;

    @Option(names = "--skip", paramLabel = "N", description = "Pass the first firings over.")
    private @Nullable Integer skip;

    @Option(
            names = "--catch-up",
            paramLabel = "HOW",
            description = "Of firings that were missed: none, once (the latest, the default), or at most so many.")
    private @Nullable String catchUp;

    @Option(
            names = "--overlap",
            paramLabel = "HOW",
            description = "While an earlier run goes on: allow (default), skip, queue-one, cancel-old.")
    private @Nullable String overlap;

    @Option(
            names = "--spread",
            paramLabel = "DURATION",
            converter = DurationText.class,
            description = "A window behind each time, in which the key decides on the moment.")
    private @Nullable Duration spread;

    @Option(names = "--external-id", paramLabel = "ID", description = "What you call it, for its runs.")
    private @Nullable String externalId;

    @Mixin
    private TriggerArguments runs = new TriggerArguments();

    @Mixin
    private LaterArguments later = new LaterArguments();

    /** A new schedule. */
    Schedule schedule(Console console) {
        Timing timing = timing(DstPolicy.DEFAULT);
        if (timing == null) {
            throw new UsageException("a schedule needs --cron, --every or --at");
        }
        return changed(Schedule.every(Duration.ofDays(1)).timing(timing), console);
    }

    /** One that is there, with what was given. */
    Schedule changed(Schedule old, Console console) {
        Timing timing = timing(clocks(old));
        Schedule schedule = timing == null ? old : old.timing(timing);
        schedule = zone == null ? schedule : schedule.zone(zone);
        schedule = withClocks(schedule);
        schedule = start == null ? schedule : schedule.start(isNone(start) ? null : new Times().ahead(start));
        schedule = end == null ? schedule : schedule.end(isNone(end) ? null : new Times().ahead(end));
        schedule = limit == null ? schedule : schedule.limit(isNone(limit) ? null : (Integer) number("--limit", limit));
        schedule = skip == null ? schedule : schedule.skip(skip);
        schedule = catchUp == null ? schedule : schedule.catchUp(catchUp(catchUp));
        schedule = overlap == null ? schedule : schedule.overlap(overlap(overlap));
        schedule = spread == null ? schedule : schedule.spread(spread);
        schedule = externalId == null ? schedule : schedule.externalId(externalId);
        Json payload = runs.payload(console);
        schedule = payload == null ? schedule : schedule.payload(payload);
        return schedule.options(later.over(runs.over(schedule.options())));
    }

    /** @param clocks what cron expressions do while clocks change */
    private @Nullable Timing timing(DstPolicy clocks) {
        long given = Stream.of(!cron.isEmpty(), every != null, at != null)
                .filter(each -> each)
                .count();
        if (given > 1) {
            throw new UsageException("--cron, --every and --at exclude each other");
        }
        if (cron.isEmpty() && (seconds || bothDays)) {
            throw new UsageException("--seconds and --both-days need --cron");
        }
        if (!cron.isEmpty()) {
            return new Timing.Crons(cron.stream().map(this::parse).toList(), clocks);
        }
        return every != null ? new Timing.Every(every) : at == null ? null : new Timing.Once(new Times().ahead(at));
    }

    private Cron parse(String expression) {
        Cron parsed = seconds ? Cron.parseWithSeconds(expression) : Cron.parse(expression);
        return bothDays ? parsed.daysMatchBoth() : parsed;
    }

    private static DstPolicy clocks(Schedule schedule) {
        return schedule.timing() instanceof Timing.Crons crons ? crons.clocks() : DstPolicy.DEFAULT;
    }

    private Schedule withClocks(Schedule schedule) {
        if (gap == null && twice == null) {
            return schedule;
        }
        DstPolicy old = clocks(schedule);
        return schedule.clocks(new DstPolicy(gap == null ? old.gap() : gap, twice == null ? old.overlap() : twice));
    }

    private static boolean isNone(String text) {
        return text.equalsIgnoreCase(NONE);
    }

    private static int number(String option, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new UsageException("%s: '%s' is no number; none is legal too".formatted(option, text));
        }
    }

    private static CatchUp catchUp(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case NONE -> CatchUp.none();
            case "once" -> CatchUp.once();
            default -> {
                if (!text.matches("\\d{1,9}")) {
                    throw new UsageException("--catch-up: '%s' is none of: none, once, a number".formatted(text));
                }
                yield CatchUp.all(Integer.parseInt(text));
            }
        };
    }

    private static Overlap overlap(String text) {
        return Stream.of(Overlap.values())
                .filter(each -> name(each).equalsIgnoreCase(text.replace('_', '-')))
                .findFirst()
                .orElseThrow(() -> new UsageException("--overlap: '%s' is none of: %s"
                        .formatted(
                                text,
                                String.join(
                                        ", ",
                                        Stream.of(Overlap.values())
                                                .map(ScheduleArguments::name)
                                                .toList()))));
    }

    /** As it is typed. */
    static String name(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

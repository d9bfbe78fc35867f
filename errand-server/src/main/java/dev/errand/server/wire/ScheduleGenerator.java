package dev.errand.server.wire;

import dev.errand.Durations;
import dev.errand.Schedule;
import dev.errand.Timing;
import dev.errand.cron.Cron;
import java.util.stream.Collectors;

/**
 * By what rule a schedule fires, as it reads. Clients know cron expressions only, and refuse what says of itself that it is something else: other
 * rules are put into words where those stand.
 *
 * @param type always CRON
 * @param expression several with commas between them
 * @param description in words
 */
public record ScheduleGenerator(String type, String expression, String description) {
    private static final String CRON = "CRON";

    public static ScheduleGenerator of(Schedule schedule) {
        String expression = expression(schedule);
        return new ScheduleGenerator(CRON, expression, expression + " in " + schedule.zone());
    }

    /** What stands for its times. */
    public static String expression(Schedule schedule) {
        return switch (schedule.timing()) {
            case Timing.Crons crons ->
                crons.expressions().stream().map(Cron::expression).collect(Collectors.joining(", "));
            case Timing.Every every -> "every " + Durations.print(every.interval());
            case Timing.Once once -> "once at " + once.at();
        };
    }
}

package dev.errand.cli.schedules;

import dev.errand.ScheduleInfo;
import dev.errand.Schedules;
import dev.errand.cli.console.Console;
import picocli.CommandLine.Command;

/** Shows a schedule. */
@Command(name = "show", description = "Show a schedule's rule, and how far it has come.")
public final class SchedulesShow extends OneSchedule {
    public SchedulesShow(Console console) {
        super(console);
    }

    @Override
    ScheduleInfo change(Schedules schedules) {
        return schedules.get(key);
    }
}

package dev.errand.cli.schedules;

import dev.errand.ScheduleInfo;
import dev.errand.Schedules;
import dev.errand.cli.console.Console;
import picocli.CommandLine.Command;

/** Resumes a schedule. */
@Command(
        name = "resume",
        description = "Let a schedule fire again; what it would have fired meanwhile is not made up for.")
public final class SchedulesResume extends OneSchedule {
    public SchedulesResume(Console console) {
        super(console);
    }

    @Override
    ScheduleInfo change(Schedules schedules) {
        return schedules.resume(key);
    }
}

package dev.errand.cli.schedules;

import dev.errand.ScheduleInfo;
import dev.errand.Schedules;
import dev.errand.cli.console.Console;
import picocli.CommandLine.Command;

/** Pauses a schedule. */
@Command(name = "pause", description = "Stop a schedule from firing until it is resumed, deployments or not.")
public final class SchedulesPause extends OneSchedule {
    public SchedulesPause(Console console) {
        super(console);
    }

    @Override
    ScheduleInfo change(Schedules schedules) {
        return schedules.pause(key);
    }
}

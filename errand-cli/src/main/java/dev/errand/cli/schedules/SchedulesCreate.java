package dev.errand.cli.schedules;

import dev.errand.ScheduleInfo;
import dev.errand.Schedules;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.UsageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Makes a schedule. */
@Command(name = "create", description = "Make a schedule that triggers runs of a task.")
public final class SchedulesCreate extends OneSchedule {
    @Parameters(index = "1", paramLabel = "TASK", description = "The task's id or an alias, ignoring case.")
    private String task = "";

    @Mixin
    private ScheduleArguments arguments = new ScheduleArguments();

    public SchedulesCreate(Console console) {
        super(console);
    }

    @Override
    ScheduleInfo change(Schedules schedules) {
        if (schedules.find(key).isPresent()) {
            throw new UsageException(
                    "there is a schedule '%s' already; errand schedules update changes it".formatted(key));
        }
        return schedules.put(key, task, arguments.schedule(console));
    }
}

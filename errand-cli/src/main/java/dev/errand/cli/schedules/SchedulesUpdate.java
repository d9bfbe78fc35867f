package dev.errand.cli.schedules;

import dev.errand.ScheduleInfo;
import dev.errand.Schedules;
import dev.errand.cli.console.Console;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Changes a schedule. */
@Command(name = "update", description = "Change a schedule; what is not given stays as it is.")
public final class SchedulesUpdate extends OneSchedule {
    @Option(names = "--task", paramLabel = "ID", description = "Another task.")
    private @Nullable String task;

    @Mixin
    private ScheduleArguments arguments = new ScheduleArguments();

    public SchedulesUpdate(Console console) {
        super(console);
    }

    @Override
    ScheduleInfo change(Schedules schedules) {
        ScheduleInfo old = schedules.get(key);
        return schedules.put(old.key(), task == null ? old.task() : task, arguments.changed(old.schedule(), console));
    }
}

package dev.errand.cli.schedules;

import dev.errand.Errand;
import dev.errand.ScheduleInfo;
import dev.errand.Schedules;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import picocli.CommandLine.Parameters;

/** A command about one schedule, which it prints as it is then. */
abstract class OneSchedule extends StoreCommand {
    @Parameters(index = "0", paramLabel = "KEY", description = "The schedule's key, or its id.")
    String key = "";

    OneSchedule(Console console) {
        super(console);
    }

    abstract ScheduleInfo change(Schedules schedules);

    @Override
    protected int run(Errand errand) {
        ScheduleInfo info = change(errand.schedules());
        if (json) {
            console.json(ScheduleText.of(info));
        } else {
            ScheduleText.print(console, info);
        }
        return Exit.OK;
    }
}

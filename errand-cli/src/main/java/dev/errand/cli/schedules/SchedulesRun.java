package dev.errand.cli.schedules;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Triggers a run of a schedule by hand. */
@Command(name = "run", description = "Trigger a run of a schedule now, beside its firings; prints the run's id.")
public final class SchedulesRun extends StoreCommand {
    @Parameters(paramLabel = "KEY", description = "The schedule's key, or its id.")
    private String key = "";

    public SchedulesRun(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        Run<Json> run = errand.schedules().run(key);
        if (json) {
            console.json(run.info());
        } else {
            console.line(run.id().toString());
        }
        return Exit.OK;
    }
}

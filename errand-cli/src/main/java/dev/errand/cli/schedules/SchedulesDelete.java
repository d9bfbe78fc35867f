package dev.errand.cli.schedules;

import dev.errand.Errand;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Deletes a schedule. */
@Command(name = "delete", description = "Delete a schedule; its runs stay.")
public final class SchedulesDelete extends StoreCommand {
    @Parameters(paramLabel = "KEY", description = "The schedule's key, or its id.")
    private String key = "";

    public SchedulesDelete(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        String deleted = errand.schedules().get(key).key();
        errand.schedules().delete(key);
        if (json) {
            console.json(new Deleted(deleted));
        } else {
            console.line("the schedule '%s' is deleted".formatted(deleted));
        }
        return Exit.OK;
    }

    /** What {@code --json} prints. */
    record Deleted(String key) {}
}

package dev.errand.cli.runs;

import dev.errand.Errand;
import dev.errand.RunId;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.Ids;
import dev.errand.cli.console.StoreCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Says why a run is not running. */
@Command(name = "why", description = "Say in words why a run is not running, or how it ended.")
public final class RunsWhy extends StoreCommand {
    @Parameters(paramLabel = "ID", converter = Ids.class, description = "The run, as run_… and 26 characters.")
    private RunId id = new RunId(0, 0);

    public RunsWhy(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        String why = errand.why(id);
        if (json) {
            console.json(new Why(id, errand.run(id).state().name(), why));
        } else {
            console.line(why);
        }
        return Exit.OK;
    }

    /** What {@code --json} prints. */
    record Why(RunId id, String state, String why) {}
}

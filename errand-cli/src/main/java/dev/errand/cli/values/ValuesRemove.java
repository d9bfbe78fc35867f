package dev.errand.cli.values;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Removes a durable value, so that runs look again that wait for it to change. */
@Command(
        name = "remove",
        description =
                "Remove a durable value; runs that wait for it to change look again. Exit code 1 if there is none.")
public final class ValuesRemove extends StoreCommand {
    @Parameters(paramLabel = "NAME", description = "The value's name.")
    private String name = "";

    public ValuesRemove(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        boolean removed = errand.value(name, Json.class).remove();
        if (json) {
            console.json(new Removed(name, removed));
        } else if (removed) {
            console.line("removed");
        } else {
            console.error("there is no value '%s'".formatted(name));
        }
        return removed ? Exit.OK : Exit.FAILED;
    }

    /** What {@code --json} prints. */
    record Removed(String name, boolean removed) {}
}

package dev.errand.cli.events;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.JsonArgument;
import dev.errand.cli.console.StoreCommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Raises an event outside of any run. */
@Command(name = "raise", description = "Raise an event outside of any run, for whoever listens.")
public final class EventsRaise extends StoreCommand {
    @Parameters(paramLabel = "NAME", description = "The event's name, which does not begin with 'run.'.")
    private String name = "";

    @Option(
            names = "--data",
            paramLabel = "JSON",
            description = "Its data: JSON, @FILE to read it from a file, or - from standard input (default: none).")
    private @Nullable String data;

    public EventsRaise(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        Json raised = data == null ? null : JsonArgument.read(console, "the data", data);
        errand.raise(name, raised);
        if (json) {
            console.json(new Raised(name));
        } else {
            console.line("raised");
        }
        return Exit.OK;
    }

    /** What {@code --json} prints. */
    record Raised(String raised) {}
}

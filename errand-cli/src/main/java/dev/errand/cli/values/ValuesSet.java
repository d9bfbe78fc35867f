package dev.errand.cli.values;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Value;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.JsonArgument;
import dev.errand.cli.console.StoreCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Sets a durable value, so that runs look again that wait for it to change. */
@Command(name = "set", description = "Set a durable value; runs that wait for it to change look again.")
public final class ValuesSet extends StoreCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "The value's name.")
    private String name = "";

    @Parameters(
            index = "1",
            paramLabel = "JSON",
            description = "What it shall be: JSON, @FILE to read it from a file, or - from standard input.")
    private String value = "";

    public ValuesSet(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        Value<Json> named = errand.value(name, Json.class);
        named.set(JsonArgument.read(console, "the value", value));
        if (json) {
            console.json(named.info());
        } else {
            console.line("set");
        }
        return Exit.OK;
    }
}

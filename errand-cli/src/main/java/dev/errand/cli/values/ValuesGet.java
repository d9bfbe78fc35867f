package dev.errand.cli.values;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.ValueInfo;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints what a durable value is. */
@Command(name = "get", description = "Print a durable value as JSON; exit code 1 if there is none.")
public final class ValuesGet extends StoreCommand {
    @Parameters(paramLabel = "NAME", description = "The value's name.")
    private String name = "";

    public ValuesGet(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        ValueInfo info = errand.value(name, Json.class).info();
        Json value = info.value();
        if (json) {
            console.json(info);
        } else if (value != null) {
            console.line(value.text());
        } else {
            console.error("there is no value '%s'".formatted(name));
        }
        return value == null ? Exit.FAILED : Exit.OK;
    }
}

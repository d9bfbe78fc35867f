package dev.errand.cli.targets;

import dev.errand.cli.console.Console;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.console.UsageException;
import picocli.CommandLine.Parameters;

/** A command about one webhook target. */
abstract class OneTarget extends StoreCommand {
    @Parameters(paramLabel = "ID", description = "The target, as wht_… and 16 letters and digits.")
    protected String id = "";

    OneTarget(Console console) {
        super(console);
    }

    final UsageException unknown() {
        return new UsageException(
                "there is no webhook target %s; errand webhooks targets list shows those there are".formatted(id));
    }

    /** Tells what was done. */
    final void done(String what, Object answer) {
        if (json) {
            console.json(answer);
        } else {
            console.line(what);
        }
    }
}

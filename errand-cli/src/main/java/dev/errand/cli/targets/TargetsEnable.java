package dev.errand.cli.targets;

import dev.errand.Errand;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import picocli.CommandLine.Command;

/** Has a webhook target be told again. */
@Command(name = "enable", description = "Have a webhook target be told again, of what happens from now on.")
public final class TargetsEnable extends OneTarget {
    public TargetsEnable(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        if (!errand.webhookTargets().enable(id)) {
            throw unknown();
        }
        done("enabled", new Answer(id, true));
        return Exit.OK;
    }

    /** What {@code --json} prints. */
    record Answer(String id, boolean enabled) {}
}

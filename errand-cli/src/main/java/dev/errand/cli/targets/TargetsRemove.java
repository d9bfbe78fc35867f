package dev.errand.cli.targets;

import dev.errand.Errand;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import picocli.CommandLine.Command;

/** Removes a webhook target. */
@Command(name = "remove", description = "Remove a webhook target; deliveries that wait fail.")
public final class TargetsRemove extends OneTarget {
    public TargetsRemove(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        if (!errand.webhookTargets().remove(id)) {
            throw unknown();
        }
        done("removed", new Answer(id, true));
        return Exit.OK;
    }

    /** What {@code --json} prints. */
    record Answer(String id, boolean removed) {}
}

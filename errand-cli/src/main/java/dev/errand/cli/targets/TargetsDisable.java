package dev.errand.cli.targets;

import dev.errand.Errand;
import dev.errand.WebhookTargets;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Has a webhook target be told of nothing. */
@Command(name = "disable", description = "Have a webhook target be told of nothing; deliveries that wait fail.")
public final class TargetsDisable extends OneTarget {
    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for people (default: by hand).")
    private String reason = "by hand";

    public TargetsDisable(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        WebhookTargets targets = errand.webhookTargets();
        targets.disable(id, reason);
        if (targets.find(id).isEmpty()) {
            throw unknown();
        }
        done("disabled", new Answer(id, true));
        return Exit.OK;
    }

    /** What {@code --json} prints. */
    record Answer(String id, boolean disabled) {}
}

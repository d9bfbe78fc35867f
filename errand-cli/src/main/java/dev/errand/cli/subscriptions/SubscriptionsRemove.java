package dev.errand.cli.subscriptions;

import dev.errand.Errand;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Removes a durable subscription, so that nothing remembers any more how far it has come. */
@Command(
        name = "remove",
        description =
                "Remove a durable subscription; where it is delivered to, that ends. Exit code 1 if there is none.")
public final class SubscriptionsRemove extends StoreCommand {
    @Parameters(paramLabel = "NAME", description = "The subscription's name.")
    private String name = "";

    public SubscriptionsRemove(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        boolean removed = errand.removeSubscription(name);
        if (json) {
            console.json(new Removed(name, removed));
        } else if (removed) {
            console.line("removed");
        } else {
            console.error("there is no subscription '%s'".formatted(name));
        }
        return removed ? Exit.OK : Exit.FAILED;
    }

    /** What {@code --json} prints. */
    record Removed(String name, boolean removed) {}
}

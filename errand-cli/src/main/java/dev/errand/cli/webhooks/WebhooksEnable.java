package dev.errand.cli.webhooks;

import dev.errand.Errand;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import picocli.CommandLine.Command;

/** Has a webhook take deliveries again. */
@Command(name = "enable", description = "Have a webhook take deliveries again.")
public final class WebhooksEnable extends OneWebhook {
    public WebhooksEnable(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        if (!errand.webhooks().enable(id)) {
            throw unknown();
        }
        done("enabled", new Answer(id, true));
        return Exit.OK;
    }

    /** What {@code --json} prints. */
    record Answer(String id, boolean enabled) {}
}

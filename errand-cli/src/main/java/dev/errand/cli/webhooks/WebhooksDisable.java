package dev.errand.cli.webhooks;

import dev.errand.Errand;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import picocli.CommandLine.Command;

/** Has a webhook take no deliveries. */
@Command(name = "disable", description = "Have a webhook take no deliveries, on all servers within a second.")
public final class WebhooksDisable extends OneWebhook {
    public WebhooksDisable(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        if (!errand.webhooks().disable(id)) {
            throw unknown();
        }
        done("disabled", new Answer(id, true));
        return Exit.OK;
    }

    /** What {@code --json} prints. */
    record Answer(String id, boolean disabled) {}
}

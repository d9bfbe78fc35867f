package dev.errand.cli.webhooks;

import dev.errand.WebhookInfo;
import dev.errand.Webhooks;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.console.UsageException;
import picocli.CommandLine.Parameters;

/** A command about one webhook. */
abstract class OneWebhook extends StoreCommand {
    @Parameters(index = "0", paramLabel = "ID", description = "The webhook, as webhook_… and 26 letters and digits.")
    protected String id = "";

    OneWebhook(Console console) {
        super(console);
    }

    /** It as it is. */
    final WebhookInfo webhook(Webhooks webhooks) {
        return webhooks.find(id).orElseThrow(this::unknown);
    }

    final UsageException unknown() {
        return new UsageException("there is no webhook %s; errand webhooks list shows those there are".formatted(id));
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

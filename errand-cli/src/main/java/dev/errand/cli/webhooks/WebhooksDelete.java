package dev.errand.cli.webhooks;

import dev.errand.Errand;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import picocli.CommandLine.Command;

/** Deletes a webhook. */
@Command(name = "delete", description = "Delete a webhook and its log; its runs stay.")
public final class WebhooksDelete extends OneWebhook {
    public WebhooksDelete(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        if (!errand.webhooks().delete(id)) {
            throw unknown();
        }
        done("deleted", new Answer(id, true));
        return Exit.OK;
    }

    /** What {@code --json} prints. */
    record Answer(String id, boolean deleted) {}
}

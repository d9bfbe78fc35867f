package dev.errand.cli.webhooks;

import dev.errand.Durations;
import dev.errand.Errand;
import dev.errand.WebhookInfo;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.Times;
import picocli.CommandLine.Command;

/** Shows one webhook. */
@Command(name = "show", description = "Show a webhook; never its secrets.")
public final class WebhooksShow extends OneWebhook {
    private final Times times = new Times();

    public WebhooksShow(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        WebhookInfo webhook = webhook(errand.webhooks());
        if (json) {
            console.json(webhook);
            return Exit.OK;
        }
        line("webhook", webhook.id());
        line("name", webhook.name());
        line("task", webhook.task());
        line("deliver to", "/webhooks/" + webhook.id());
        line("only", webhook.filter().isEmpty() ? "-" : WebhookText.filter(webhook));
        line("handshake", webhook.handshake() == null ? "-" : webhook.handshake());
        line("tolerance", Durations.print(webhook.tolerance()));
        line("created", times.full(webhook.createdAt()));
        line("disabled", times.full(webhook.disabledAt()));
        return Exit.OK;
    }

    private void line(String what, String value) {
        console.line("%-11s %s".formatted(what, value));
    }
}

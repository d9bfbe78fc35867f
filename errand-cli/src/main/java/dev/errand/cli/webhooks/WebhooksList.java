package dev.errand.cli.webhooks;

import dev.errand.Durations;
import dev.errand.Errand;
import dev.errand.WebhookInfo;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.console.Table;
import dev.errand.cli.console.Times;
import java.util.List;
import picocli.CommandLine.Command;

/** Lists the webhooks. */
@Command(name = "list", description = "List the webhooks, the oldest first; never their secrets.")
public final class WebhooksList extends StoreCommand {
    private final Times times = new Times();

    public WebhooksList(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        List<WebhookInfo> webhooks = errand.webhooks().list();
        if (json) {
            console.json(webhooks);
        } else {
            table(webhooks).lines().forEach(console::line);
        }
        return Exit.OK;
    }

    private Table table(List<WebhookInfo> webhooks) {
        Table table = new Table("id", "name", "task", "only", "tolerance", "created", "disabled");
        for (WebhookInfo webhook : webhooks) {
            table.row(
                    webhook.id(),
                    webhook.name(),
                    webhook.task(),
                    WebhookText.filter(webhook),
                    Durations.print(webhook.tolerance()),
                    times.full(webhook.createdAt()),
                    webhook.disabledAt() == null ? "" : times.full(webhook.disabledAt()));
        }
        return table;
    }
}

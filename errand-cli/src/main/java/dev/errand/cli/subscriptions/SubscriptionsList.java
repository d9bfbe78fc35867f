package dev.errand.cli.subscriptions;

import dev.errand.Errand;
import dev.errand.SubscriptionInfo;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.console.Table;
import dev.errand.cli.console.Times;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;

/** Lists durable subscriptions. */
@Command(
        name = "list",
        description = "List durable subscriptions by name: to which node each is delivered, and how far it has come.")
public final class SubscriptionsList extends StoreCommand {
    public SubscriptionsList(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        List<SubscriptionInfo> subscriptions = errand.subscriptions();
        if (json) {
            console.json(subscriptions);
        } else {
            table(subscriptions).lines().forEach(console::line);
        }
        return Exit.OK;
    }

    private static Table table(List<SubscriptionInfo> subscriptions) {
        Times times = new Times();
        Table table = new Table("name", "node", "acknowledged", "last", "missed", "failures");
        for (SubscriptionInfo subscription : subscriptions) {
            Long node = subscription.node();
            Instant last = subscription.acknowledgedAt();
            table.row(
                    subscription.name(),
                    node == null ? "" : node,
                    subscription.acknowledged(),
                    last == null ? "" : times.full(last),
                    subscription.missed(),
                    subscription.failures());
        }
        return table;
    }
}

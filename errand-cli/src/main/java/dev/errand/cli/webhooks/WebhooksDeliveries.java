package dev.errand.cli.webhooks;

import dev.errand.Errand;
import dev.errand.Page;
import dev.errand.WebhookDelivery;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.OneLine;
import dev.errand.cli.console.Table;
import dev.errand.cli.console.Times;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists what came to a webhook. */
@Command(name = "deliveries", description = "List what came to a webhook, newest first, and what became of it.")
public final class WebhooksDeliveries extends OneWebhook {
    /** What is longer is in the JSON form. */
    private static final int LONGEST_REASON = 60;

    private final Times times = new Times();

    @Option(names = "--limit", paramLabel = "N", description = "At most so many, from 1 to 1000 (default: 100).")
    private int limit = 100;

    @Option(names = "--after", paramLabel = "CURSOR", description = "Go on where a list ended.")
    private @Nullable String after;

    public WebhooksDeliveries(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        webhook(errand.webhooks());
        Page<WebhookDelivery> page = errand.webhooks().deliveries(id, after, limit);
        if (json) {
            console.json(page);
        } else {
            table(page.items()).lines().forEach(console::line);
            page.next().ifPresent(console::more);
        }
        return Exit.OK;
    }

    private Table table(List<WebhookDelivery> deliveries) {
        Table table = new Table("id", "at", "outcome", "delivery", "run", "reason");
        for (WebhookDelivery delivery : deliveries) {
            table.row(
                    delivery.id(),
                    times.full(delivery.at()),
                    delivery.outcome().name().toLowerCase(Locale.ROOT),
                    text(delivery.deliveryId()),
                    text(delivery.run()),
                    OneLine.of(text(delivery.reason()), LONGEST_REASON));
        }
        return table;
    }

    private static String text(@Nullable Object value) {
        return value == null ? "-" : value.toString();
    }
}

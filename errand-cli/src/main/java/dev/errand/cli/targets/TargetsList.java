package dev.errand.cli.targets;

import dev.errand.Errand;
import dev.errand.WebhookFilter;
import dev.errand.WebhookHealth;
import dev.errand.WebhookTarget;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.console.Table;
import dev.errand.cli.console.Times;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** Lists the webhook targets. */
@Command(
        name = "list",
        description = "List who is told of events over HTTP, the oldest first, and how they fare; never their secrets.")
public final class TargetsList extends StoreCommand {
    private final Times times = new Times();

    public TargetsList(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        List<WebhookTarget> targets = errand.webhookTargets().list();
        if (json) {
            console.json(targets);
        } else {
            table(targets).lines().forEach(console::line);
        }
        return Exit.OK;
    }

    private Table table(List<WebhookTarget> targets) {
        Table table = new Table("id", "url", "types", "tasks", "tags", "delivered", "failing since", "disabled");
        for (WebhookTarget target : targets) {
            WebhookFilter filter = target.filter();
            WebhookHealth health = target.health();
            table.row(
                    target.id(),
                    target.url(),
                    String.join(",", filter.types()),
                    String.join(",", filter.tasks()),
                    String.join(",", filter.tags()),
                    time(health.lastDeliveredAt(), "never"),
                    time(health.failingSince(), ""),
                    time(health.disabledAt(), ""));
        }
        return table;
    }

    private String time(@Nullable Instant time, String absent) {
        return time == null ? absent : times.full(time);
    }
}

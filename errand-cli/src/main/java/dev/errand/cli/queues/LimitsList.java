package dev.errand.cli.queues;

import dev.errand.Errand;
import dev.errand.QueueInfo;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.console.Table;
import java.util.List;
import picocli.CommandLine.Command;

/** Lists limits: as they were declared, as an operator changed them, and as they hold. */
@Command(name = "list", description = "List the limits of queues and tasks: declared, overridden, and what holds now.")
public final class LimitsList extends StoreCommand {
    public LimitsList(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        List<QueueInfo> limited = errand.queues().list().stream()
                .filter(queue -> queue.override() != null || !queue.base().isNone())
                .toList();
        if (json) {
            console.json(limited);
        } else {
            table(limited).lines().forEach(console::line);
        }
        return Exit.OK;
    }

    private static Table table(List<QueueInfo> limited) {
        Table table = new Table("queue", "declared", "override", "holds", "taken");
        for (QueueInfo queue : limited) {
            table.row(
                    queue.name(),
                    LimitsText.of(queue.base()),
                    queue.override() == null ? "" : LimitsText.of(queue.override()),
                    LimitsText.of(queue.limits()),
                    queue.claimed() + queue.lingering());
        }
        return table;
    }
}

package dev.errand.cli.queues;

import dev.errand.Errand;
import dev.errand.QueueInfo;
import dev.errand.TaskQueue;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.console.Table;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists queues. */
@Command(name = "list", description = "List the queues, their limits, and how many runs execute and wait.")
public final class QueuesList extends StoreCommand {
    @Option(names = "--tasks", description = "Also the lines that tasks have for themselves.")
    private boolean tasks;

    public QueuesList(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        List<QueueInfo> queues = errand.queues().list().stream()
                .filter(queue -> tasks
                        || queue.paused()
                        || !queue.limits().isNone()
                        || !queue.name().startsWith(TaskQueue.OF_TASK))
                .toList();
        if (json) {
            console.json(queues);
        } else {
            table(queues).lines().forEach(console::line);
        }
        return Exit.OK;
    }

    private static Table table(List<QueueInfo> queues) {
        Table table = new Table("queue", "limits", "executing", "waiting", "");
        for (QueueInfo queue : queues) {
            table.row(queue.name(), LimitsText.of(queue.limits()), queue.claimed(), queue.waiting(), notes(queue));
        }
        return table;
    }

    private static String notes(QueueInfo queue) {
        String state = queue.paused() ? "paused" : queue.override() != null ? "overridden" : "";
        return queue.lingering() == 0 ? state : (state + " " + queue.lingering() + " lingering").strip();
    }
}

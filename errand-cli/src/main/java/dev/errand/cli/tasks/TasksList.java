package dev.errand.cli.tasks;

import dev.errand.Errand;
import dev.errand.TaskInfo;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.console.Table;
import java.util.List;
import picocli.CommandLine.Command;

/** Lists the tasks a store knows. */
@Command(name = "list", description = "List the tasks the store knows.")
public final class TasksList extends StoreCommand {
    public TasksList(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        List<TaskInfo> tasks = errand.tasks();
        if (json) {
            console.json(tasks);
        } else {
            table(tasks).lines().forEach(console::line);
        }
        return Exit.OK;
    }

    private static Table table(List<TaskInfo> tasks) {
        Table table = new Table("id", "payload", "output", "attempts", "source", "description");
        for (TaskInfo task : tasks) {
            table.row(
                    task.id(),
                    task.payloadType(),
                    task.outputType(),
                    task.attempts(),
                    task.source(),
                    task.description());
        }
        return table;
    }
}

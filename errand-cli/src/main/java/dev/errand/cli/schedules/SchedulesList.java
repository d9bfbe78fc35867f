package dev.errand.cli.schedules;

import dev.errand.Errand;
import dev.errand.Page;
import dev.errand.ScheduleInfo;
import dev.errand.ScheduleQuery;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.console.Table;
import dev.errand.cli.console.Times;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists schedules. */
@Command(name = "list", description = "List schedules by their keys.")
public final class SchedulesList extends StoreCommand {
    @Option(names = "--task", paramLabel = "ID", description = "Of this task.")
    private @Nullable String task;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many, from 1 to 1000 (default: 100).")
    private int limit = 100;

    @Option(names = "--after", paramLabel = "CURSOR", description = "Go on where a list ended.")
    private @Nullable String after;

    public SchedulesList(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        Page<ScheduleInfo> page = errand.schedules().list(new ScheduleQuery(task, limit, after, 0));
        if (json) {
            console.json(new Page<>(page.items().stream().map(ScheduleText::of).toList(), page.cursor()));
        } else {
            table(page.items()).lines().forEach(console::line);
            page.next().ifPresent(console::more);
        }
        return Exit.OK;
    }

    private static Table table(List<ScheduleInfo> schedules) {
        Times times = new Times();
        Table table = new Table("key", "task", "state", "times", "next", "previous", "firings");
        for (ScheduleInfo info : schedules) {
            table.row(
                    info.key(),
                    info.task(),
                    info.state(),
                    ScheduleText.times(info.schedule()),
                    times.full(info.next()),
                    times.full(info.previous()),
                    info.firings());
        }
        return table;
    }
}

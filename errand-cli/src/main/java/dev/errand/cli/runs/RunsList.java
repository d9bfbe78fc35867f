package dev.errand.cli.runs;

import dev.errand.Errand;
import dev.errand.Page;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.Ids;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.console.Table;
import dev.errand.cli.console.Times;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists runs, newest first or by stage. */
@Command(
        name = "list",
        description =
                "List runs, newest first unless told otherwise. An option given again widens the list, different options narrow it.")
public final class RunsList extends StoreCommand {
    @Option(names = "--task", paramLabel = "ID", description = "Of this task.")
    private List<String> tasks = new ArrayList<>();

    @Option(
            names = "--state",
            paramLabel = "STATE",
            split = ",",
            description = "In this state: ${COMPLETION-CANDIDATES}.")
    private List<RunState> states = new ArrayList<>();

    @Option(names = "--tag", paramLabel = "TAG", description = "With this tag.")
    private List<String> tags = new ArrayList<>();

    @Option(names = "--name", paramLabel = "NAME", description = "Of this name.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--parent",
            paramLabel = "RUN",
            converter = Ids.class,
            description = "Triggered by this run's body.")
    private @Nullable RunId parent;

    @Option(
            names = "--root",
            paramLabel = "RUN",
            converter = Ids.class,
            description = "Below this run, which has no parent, however far.")
    private @Nullable RunId root;

    @Option(names = "--since", paramLabel = "TIME", description = "Triggered at or after: 2h, 18:30, 2026-12-24T18:30.")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "TIME", description = "Triggered before, likewise.")
    private @Nullable String until;

    @Option(names = "--active", description = "Only what has not ended, or has a moment ago.")
    private boolean active;

    @Option(
            names = "--by-stage",
            description = "First what has ended, then what executes, retries, waits, and last what has yet to start.")
    private boolean byStage;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many, from 1 to 1000 (default: 100).")
    private int limit = 100;

    @Option(names = "--after", paramLabel = "CURSOR", description = "Go on where a list ended.")
    private @Nullable String after;

    public RunsList(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        Page<RunInfo> page = errand.runs(query());
        if (json) {
            console.json(page);
        } else {
            table(page.items()).lines().forEach(console::line);
            page.next().ifPresent(console::more);
        }
        return Exit.OK;
    }

    private RunQuery query() {
        Times times = new Times();
        RunQuery query = RunQuery.all()
                .tasks(tasks.toArray(String[]::new))
                .names(names.toArray(String[]::new))
                .states(states.toArray(RunState[]::new))
                .tags(tags.toArray(String[]::new))
                .limit(limit);
        query = parent == null ? query : query.parent(parent);
        query = root == null ? query : query.root(root);
        query = since == null ? query : query.createdFrom(times.ago(since));
        query = until == null ? query : query.createdUntil(times.ago(until));
        query = active ? query.onlyActive() : query;
        query = byStage ? query.byStage() : query;
        return query.after(after);
    }

    private static Table table(List<RunInfo> runs) {
        Times times = new Times();
        Table table = new Table("id", "task", "state", "attempt", "created", "took", "name");
        for (RunInfo run : runs) {
            String name = run.name();
            table.row(
                    run.id(),
                    run.task(),
                    run.state(),
                    run.attempt(),
                    times.full(run.createdAt()),
                    times.span(run.startedAt(), run.endedAt()),
                    name == null ? "" : name);
        }
        return table;
    }
}

package dev.errand.cli.runs;

import dev.errand.EmittedItem;
import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.Ids;
import dev.errand.cli.console.JsonText;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.console.UsageException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints what a run has emitted by now, a part after the other. */
@Command(
        name = "emitted",
        description = "Print what a run has emitted by now, in all its attempts; with --json an object a line.")
public final class RunsEmitted extends StoreCommand {
    @Parameters(paramLabel = "ID", converter = Ids.class, description = "The run, as run_… and 26 characters.")
    private RunId id = new RunId(0, 0);

    @Option(
            names = "--after",
            paramLabel = "POSITION",
            description = "Go on after this item (default: from the first).")
    private long after;

    @Option(names = "--take", description = "Take the items: they are kept no longer.")
    private boolean take;

    public RunsEmitted(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        if (take && after != 0) {
            throw new UsageException("--take begins with the first item that nobody has taken; leave out --after");
        }
        long last = print(errand.run(id));
        if (!json && !take && last != after) {
            console.more(String.valueOf(last));
        }
        return Exit.OK;
    }

    /** Answers with the position of the last one. */
    private long print(Run<Json> run) {
        long last = after;
        for (List<EmittedItem> items = next(run, last); !items.isEmpty(); items = next(run, last)) {
            items.forEach(item -> console.line(json ? JsonText.line(item) : JsonText.plain(item.item())));
            console.flush();
            last = items.getLast().position();
        }
        return last;
    }

    private List<EmittedItem> next(Run<Json> run, long last) {
        if (console.isBroken()) {
            return List.of();
        }
        return take ? run.takeEmitted() : run.emitted(last);
    }
}

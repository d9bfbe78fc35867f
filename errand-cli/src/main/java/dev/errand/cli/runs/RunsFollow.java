package dev.errand.cli.runs;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Ending;
import dev.errand.cli.console.Ids;
import dev.errand.cli.console.JsonText;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.run.LiveRun;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows a run that runs somewhere as if it ran here. */
@Command(
        name = "follow",
        description =
                "Show a run's log and progress on standard error and what it emits on standard output, as they come, until its end.",
        footer = {"", "Exit codes: 0 completed, 1 failed, 124 timed out."})
public final class RunsFollow extends StoreCommand {
    @Parameters(paramLabel = "ID", converter = Ids.class, description = "The run, as run_… and 26 characters.")
    private RunId id = new RunId(0, 0);

    private List<Json> printed = List.of();

    public RunsFollow(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) throws InterruptedException {
        Run<Json> run = errand.run(id);
        new LiveRun(console, errand, run).untilEnd(() -> printItems(run));
        return new Ending(console, json, verbose).tell(run, run.result(Ending.FOR_EVER), Ending.FOR_EVER);
    }

    /** Another attempt emits anew: what it says as the one before it did is not printed again. */
    private void printItems(Run<Json> run) {
        List<Json> items = run.emitted();
        int same = same(items);
        if (same < items.size()) {
            items.stream().skip(same).forEach(item -> console.line(json ? item.text() : JsonText.plain(item)));
            printed = items;
            console.flush();
        }
    }

    /** With how many items both begin, those that were printed and these. */
    private int same(List<Json> items) {
        int same = 0;
        while (same < items.size() && same < printed.size() && items.get(same).equals(printed.get(same))) {
            same++;
        }
        return same;
    }
}

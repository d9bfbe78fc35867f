package dev.errand.cli.runs;

import dev.errand.Json;
import dev.errand.Run;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import picocli.CommandLine.Command;

/** Triggers a run anew. */
@Command(name = "replay", description = "Trigger a new run like this one; prints its id.")
public final class RunsReplay extends OneRun {
    public RunsReplay(Console console) {
        super(console);
    }

    @Override
    int run(Run<Json> run) {
        Run<Json> replay = run.replay();
        if (json) {
            console.json(replay.info());
        } else {
            console.line(replay.id().toString());
        }
        return Exit.OK;
    }
}

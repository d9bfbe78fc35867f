package dev.errand.cli.runs;

import dev.errand.Json;
import dev.errand.Run;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Triggers a run anew. */
@Command(name = "replay", description = "Trigger a new run like this one; prints its id.")
public final class RunsReplay extends OneRun {
    @Option(
            names = "--from",
            paramLabel = "STEP",
            description =
                    "Keep what is kept from before this step, named as runs show prints it, so that it is the first to be called again.")
    private @Nullable String from;

    public RunsReplay(Console console) {
        super(console);
    }

    @Override
    int run(Run<Json> run) {
        Run<Json> replay = from == null ? run.replay() : run.replayFrom(from);
        if (json) {
            console.json(replay.info());
        } else {
            console.line(replay.id().toString());
        }
        return Exit.OK;
    }
}

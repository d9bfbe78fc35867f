package dev.errand.cli.runs;

import dev.errand.Json;
import dev.errand.PurgeAnswer;
import dev.errand.Run;
import dev.errand.cli.console.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Deletes a run. */
@Command(name = "purge", description = "Delete a run and all its traces.")
public final class RunsPurge extends OneRun {
    @Option(names = "--force", description = "Also while its body runs, which is interrupted.")
    private boolean force;

    public RunsPurge(Console console) {
        super(console);
    }

    @Override
    int run(Run<Json> run) {
        PurgeAnswer answer = force ? run.forcePurge() : run.purge();
        return switch (answer) {
            case PURGED -> answer(run, answer, true, run.id() + " is deleted");
            case EXECUTING ->
                answer(run, answer, false, "%s is executing; --force stops and deletes it".formatted(run.id()));
            case NOT_FOUND -> answer(run, answer, false, run.id() + " is gone");
        };
    }
}

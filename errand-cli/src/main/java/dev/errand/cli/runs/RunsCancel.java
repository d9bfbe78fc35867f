package dev.errand.cli.runs;

import dev.errand.CancelAnswer;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.cli.console.Console;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Asks a run to stop. */
@Command(name = "cancel", description = "Ask a run to stop.")
public final class RunsCancel extends OneRun {
    @Option(names = "--reason", paramLabel = "TEXT", description = "Kept with the run.")
    private @Nullable String reason;

    public RunsCancel(Console console) {
        super(console);
    }

    @Override
    int run(Run<Json> run) {
        CancelAnswer answer = reason == null ? run.cancel() : run.cancel(reason);
        return switch (answer) {
            case OK ->
                answer(run, answer, true, "%s is %s".formatted(run.id(), ended(run) ? "CANCELED" : "told to stop"));
            case CANCELLING ->
                answer(run, answer, true, "%s was told to stop before, and is still at it".formatted(run.id()));
            case NOT_FOUND ->
                answer(run, answer, false, "%s has ended %s; nothing to cancel".formatted(run.id(), run.state()));
        };
    }

    private static boolean ended(Run<Json> run) {
        return run.isFinished();
    }
}

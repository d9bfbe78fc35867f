package dev.errand.cli.runs;

import dev.errand.Json;
import dev.errand.RetryAnswer;
import dev.errand.Run;
import dev.errand.cli.console.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts another attempt of a failed run. */
@Command(name = "retry", description = "Start another attempt of a run that FAILED or is RETRYING, now.")
public final class RunsRetry extends OneRun {
    @Option(names = "--force", description = "Also beyond its attempts, and after failures a retry would repeat.")
    private boolean force;

    public RunsRetry(Console console) {
        super(console);
    }

    @Override
    int run(Run<Json> run) {
        RetryAnswer answer = force ? run.forceRetry() : run.retry();
        return switch (answer) {
            case RETRIED -> answer(run, answer, true, run.id() + " is queued again");
            case NOT_FAILED -> answer(run, answer, false, notFailed(run));
            case NO_ATTEMPTS_LEFT ->
                answer(run, answer, false, "%s has used up its attempts; --force allows one more".formatted(run.id()));
            case NOT_RETRIABLE ->
                answer(
                        run,
                        answer,
                        false,
                        "%s failed in a way a retry would repeat; --force tries".formatted(run.id()));
            case NOT_FOUND -> answer(run, answer, false, run.id() + " is gone");
        };
    }

    private static String notFailed(Run<Json> run) {
        return "%s is %s; only FAILED and RETRYING runs are retried, errand runs replay starts a new one"
                .formatted(run.id(), run.state());
    }
}

package dev.errand.cli.runs;

import dev.errand.Json;
import dev.errand.Run;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.DurationText;
import dev.errand.cli.console.Ending;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Waits for a run to end. */
@Command(name = "await", description = "Wait for a run to end, without disturbing it; prints its output.")
public final class RunsAwait extends OneRun {
    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            converter = DurationText.class,
            description = "How long at most (default: for ever).")
    private Duration timeout = Ending.FOR_EVER;

    public RunsAwait(Console console) {
        super(console);
    }

    @Override
    int run(Run<Json> run) throws InterruptedException {
        return new Ending(console, json, verbose).tell(run, run.result(timeout), timeout);
    }
}

package dev.errand.cli.bench;

import dev.errand.bench.Bench;
import dev.errand.bench.BenchOptions;
import dev.errand.bench.BenchReport;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.LocalCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the engine on this machine. */
@Command(
        name = "bench",
        description = "Measure the engine on this machine, in files of its own beside the store; takes minutes.")
public final class BenchCommand extends LocalCommand {
    @Option(names = "--runs", paramLabel = "N", description = "Runs in a bulk trigger and a drain (default: 400000).")
    private int runs = BenchOptions.defaults().runs();

    @Option(
            names = "--full",
            description = "Also drain with millions of finished and delayed runs in the file; needs 8 GB of disk.")
    private boolean full;

    public BenchCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws InterruptedException {
        configure();
        BenchReport report = Bench.run(BenchOptions.defaults()
                .withStore(address().url())
                .withRuns(runs)
                .withFull(full)
                .withProgress(what -> console.note("measuring: " + what)));
        console.line(json ? report.json() : report.table());
        return report.verified() ? Exit.OK : Exit.FAILED;
    }
}

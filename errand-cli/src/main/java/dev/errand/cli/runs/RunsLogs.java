package dev.errand.cli.runs;

import dev.errand.Errand;
import dev.errand.LogLine;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.Ids;
import dev.errand.cli.console.JsonText;
import dev.errand.cli.console.LogFollower;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.console.Times;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints what a run has logged. */
@Command(name = "logs", description = "Print a run's log.")
public final class RunsLogs extends StoreCommand {
    @Parameters(paramLabel = "ID", converter = Ids.class, description = "The run, as run_… and 26 characters.")
    private RunId id = new RunId(0, 0);

    @Option(
            names = {"-f", "--follow"},
            description = "Go on until the run has ended. With --json prints an object a line.")
    private boolean follow;

    private final Times times = new Times();

    public RunsLogs(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) throws InterruptedException {
        Run<?> run = errand.run(id);
        if (follow) {
            new LogFollower(errand, run, this::print).untilEnd();
        } else if (json) {
            console.json(run.log());
        } else {
            run.log().forEach(this::print);
        }
        return Exit.OK;
    }

    private boolean print(LogLine line) {
        console.line(json ? JsonText.line(line) : text(line));
        return !follow || !console.isBroken();
    }

    private String text(LogLine line) {
        return "%s %d %-5s %s".formatted(times.full(line.at()), line.attempt(), line.level(), line.message());
    }
}

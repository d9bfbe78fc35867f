package dev.errand.cli.console;

import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** A command, with what all of them take. */
public abstract class ConsoleCommand implements Callable<Integer> {
    protected final Console console;

    @Option(names = "--json", description = "Print one JSON document.")
    protected boolean json;

    @Option(names = "--verbose", description = "Say more on standard error.")
    protected boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this and exit.")
    private boolean help;

    protected ConsoleCommand(Console console) {
        this.console = console;
    }

    /** To be called before anything else happens. */
    protected final void configure() {
        Logging.configure(verbose);
    }
}

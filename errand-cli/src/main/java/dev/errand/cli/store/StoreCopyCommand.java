package dev.errand.cli.store;

import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.Logging;
import dev.errand.cli.console.StoreAddress;
import dev.errand.store.copy.CopyCounts;
import dev.errand.store.copy.StoreCopy;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies all that a store keeps into an empty one. */
@Command(
        name = "copy",
        description =
                "Copy a store that nobody works on into an empty one, of the same kind or another: all or nothing.")
public final class StoreCopyCommand implements Callable<Integer> {
    private static final long ROWS_PER_NOTE = 100_000;

    private final Console console;

    @Parameters(paramLabel = "FROM", index = "0", description = "The URL of the store to read.")
    private String from = "";

    @Parameters(paramLabel = "TO", index = "1", description = "The URL of the store to fill.")
    private String to = "";

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Option(names = "--verbose", description = "Say more on standard error.")
    private boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this and exit.")
    private boolean help;

    private long noted;

    public StoreCopyCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Logging.configure(verbose);
        StoreAddress source = StoreAddress.of(from);
        source.requireExisting();
        Opened.store(source, source.asItIs()).close(); // or it says that there is none
        CopyCounts counts = new StoreCopy(source.url(), StoreAddress.of(to).url()).run(this::progress);
        if (json) {
            console.json(counts);
        } else {
            console.line("copied and counted: " + counts);
        }
        return Exit.OK;
    }

    private void progress(CopyCounts counts) {
        if (counts.runs() - noted >= ROWS_PER_NOTE) {
            noted = counts.runs();
            console.note("%,d runs".formatted(noted));
        }
    }
}

package dev.errand.cli.console;

import dev.errand.Errand;
import dev.errand.ErrandBuilder;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that talks to a store. It triggers, asks and steers through an engine that never works itself. */
public abstract class StoreCommand implements Callable<Integer> {
    protected final Console console;

    @Option(
            names = "--store",
            paramLabel = "URL",
            description = "The store (default: $ERRAND_STORE, or jdbc:sqlite:.errand/errand.db).")
    private @Nullable String store;

    @Option(names = "--json", description = "Print one JSON document.")
    protected boolean json;

    @Option(names = "--verbose", description = "Say more on standard error.")
    protected boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this and exit.")
    private boolean help;

    protected StoreCommand(Console console) {
        this.console = console;
    }

    /** Does the work and answers with the exit code. */
    protected abstract int run(Errand errand) throws Exception;

    @Override
    public Integer call() throws Exception {
        configure();
        try (Errand errand = open(StoreAddress.of(store))) {
            return run(errand);
        }
    }

    private static Errand open(StoreAddress address) {
        address.requireExisting();
        ErrandBuilder builder = Errand.builder().store(address.url()).concurrency(0);
        address.asItIs().forEach(builder::storeOption);
        return builder.open();
    }

    /** To be called before anything else happens. */
    protected final void configure() {
        Logging.configure(verbose);
    }

    /** An engine about to be opened that works; makes the store if it is missing. */
    protected ErrandBuilder worker() {
        StoreAddress address = address();
        address.makeDefaultFolder();
        return Errand.builder().store(address.url());
    }

    protected StoreAddress address() {
        return StoreAddress.of(store);
    }
}

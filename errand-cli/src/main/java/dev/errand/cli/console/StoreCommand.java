package dev.errand.cli.console;

import dev.errand.Errand;
import picocli.CommandLine.Mixin;

/** A command that asks what a store holds, or steers it: by an engine of its own that never works itself, or by a server's. */
public abstract class StoreCommand extends ConsoleCommand {
    @Mixin
    private Source source = new Source();

    protected StoreCommand(Console console) {
        super(console);
    }

    /** Does the work and answers with the exit code. */
    protected abstract int run(Errand errand) throws Exception;

    @Override
    public Integer call() throws Exception {
        configure();
        try (Errand errand = source.open()) {
            return run(errand);
        }
    }
}

package dev.errand.cli.store;

import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.LocalCommand;
import dev.errand.store.Store;
import dev.errand.store.StoreHealth;
import picocli.CommandLine.Command;

/** Looks whether nodes can work on the store, and changes nothing. */
@Command(name = "check", description = "See whether nodes can work on the store with this URL; changes nothing.")
public final class StoreCheckCommand extends LocalCommand {
    public StoreCheckCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        configure();
        address().requireExisting();
        try (Store store = Opened.store(address(), address().asItIs())) {
            StoreHealth health = store.health();
            if (json) {
                console.json(health);
            } else {
                console.line("%s: %s, layout %d".formatted(store.url(), health.version(), health.schema()));
                health.problems().forEach(console::line);
            }
            return health.problems().isEmpty() ? Exit.OK : Exit.FAILED;
        }
    }
}

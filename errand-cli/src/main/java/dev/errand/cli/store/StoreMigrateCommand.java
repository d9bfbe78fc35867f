package dev.errand.cli.store;

import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.LocalCommand;
import dev.errand.store.Store;
import dev.errand.store.StoreHealth;
import java.util.Map;
import picocli.CommandLine.Command;

/** Makes the store's tables or brings them up to date, as their owner. */
@Command(
        name = "migrate",
        description = "Make the store's tables, or bring them up to date; nodes may be at work meanwhile.")
public final class StoreMigrateCommand extends LocalCommand {
    public StoreMigrateCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        configure();
        try (Store store = Opened.store(address(), address().upToDate())) {
            StoreHealth health = store.health();
            if (json) {
                console.json(Map.of("store", store.url(), "layout", health.schema()));
            } else {
                console.line("%s: layout %d, up to date".formatted(store.url(), health.schema()));
            }
            return Exit.OK;
        }
    }
}

package dev.errand.cli.store;

import dev.errand.StoreException;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.LocalCommand;
import dev.errand.store.StoreSettings;
import dev.errand.store.copy.CopyCounts;
import dev.errand.store.copy.CopyProvider;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.ServiceLoader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Writes a backup of a SQLite store while it is worked on. */
@Command(name = "backup", description = "Back up a SQLite store into a new file, while others work on it.")
public final class StoreBackupCommand extends LocalCommand {
    @Parameters(paramLabel = "FILE", description = "The file to write; there must be none.")
    private Path file = Path.of("");

    public StoreBackupCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        configure();
        address().requireExisting();
        String url = address().url();
        CopyCounts counts = ServiceLoader.load(CopyProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.accepts(url))
                .findFirst()
                .orElseThrow(() ->
                        new StoreException("nothing here knows " + address().shown()))
                .backup(new StoreSettings(url, null, Map.of(), Clock.systemUTC()), file);
        if (json) {
            console.json(counts);
        } else {
            console.line("%s: %s".formatted(file, counts));
        }
        return Exit.OK;
    }
}

package dev.errand.cli.keys;

import dev.errand.Errand;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.console.UsageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Has a key open nothing any more. */
@Command(name = "revoke", description = "Have a key open nothing any more, on all servers within a second.")
public final class KeysRevoke extends StoreCommand {
    @Parameters(paramLabel = "ID", description = "The key, as key_… and 16 letters and digits.")
    private String id = "";

    public KeysRevoke(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        if (!errand.apiKeys().revoke(id)) {
            throw new UsageException("there is no key %s; errand keys list shows those there are".formatted(id));
        }
        if (json) {
            console.json(new Answer(id, true));
        } else {
            console.line("revoked");
        }
        return Exit.OK;
    }

    /** What {@code --json} prints. */
    record Answer(String id, boolean revoked) {}
}

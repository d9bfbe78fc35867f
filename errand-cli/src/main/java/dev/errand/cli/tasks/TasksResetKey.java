package dev.errand.cli.tasks;

import dev.errand.Errand;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Frees an idempotency key. */
@Command(name = "reset-key", description = "Free an idempotency key, so that the next trigger stores a new run.")
public final class TasksResetKey extends StoreCommand {
    @Parameters(index = "0", paramLabel = "ID", description = "The task's id or an alias, ignoring case.")
    private String id = "";

    @Parameters(index = "1", paramLabel = "KEY", description = "The key, as it was triggered with.")
    private String key = "";

    public TasksResetKey(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        if (!errand.resetKey(id, key)) {
            console.error("no run of %s holds the key '%s'".formatted(id, key));
            return Exit.FAILED;
        }
        return Exit.OK;
    }
}

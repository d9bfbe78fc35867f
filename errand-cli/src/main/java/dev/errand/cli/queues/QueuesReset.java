package dev.errand.cli.queues;

import dev.errand.Queues;
import dev.errand.cli.console.Console;
import picocli.CommandLine.Command;

/** Takes an override back. */
@Command(name = "reset", description = "Let the declared limits hold again.")
public final class QueuesReset extends OneQueue {
    public QueuesReset(Console console) {
        super(console);
    }

    @Override
    void change(Queues queues, String name) {
        queues.reset(name);
    }
}

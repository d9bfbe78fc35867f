package dev.errand.cli.queues;

import dev.errand.Queues;
import dev.errand.cli.console.Console;
import picocli.CommandLine.Command;

/** Shows a queue. */
@Command(name = "show", description = "Show a queue.")
public final class QueuesShow extends OneQueue {
    public QueuesShow(Console console) {
        super(console);
    }

    @Override
    void change(Queues queues, String name) {
        queues.get(name);
    }
}

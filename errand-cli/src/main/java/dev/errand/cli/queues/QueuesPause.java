package dev.errand.cli.queues;

import dev.errand.Queues;
import dev.errand.cli.console.Console;
import picocli.CommandLine.Command;

/** Pauses a queue. */
@Command(name = "pause", description = "Start nothing of a queue until it is resumed.")
public final class QueuesPause extends OneQueue {
    public QueuesPause(Console console) {
        super(console);
    }

    @Override
    void change(Queues queues, String name) {
        queues.pause(name);
    }
}

package dev.errand.cli.queues;

import dev.errand.Queues;
import dev.errand.cli.console.Console;
import picocli.CommandLine.Command;

/** Resumes a queue. */
@Command(name = "resume", description = "Let a paused queue go on.")
public final class QueuesResume extends OneQueue {
    public QueuesResume(Console console) {
        super(console);
    }

    @Override
    void change(Queues queues, String name) {
        queues.resume(name);
    }
}

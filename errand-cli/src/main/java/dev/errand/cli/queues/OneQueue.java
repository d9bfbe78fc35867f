package dev.errand.cli.queues;

import dev.errand.Errand;
import dev.errand.QueueInfo;
import dev.errand.Queues;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import picocli.CommandLine.Parameters;

/** A command about one queue, which it shows afterwards. */
abstract class OneQueue extends StoreCommand {
    @Parameters(paramLabel = "NAME", description = "The queue; task/ID for what holds for all runs of a task.")
    private String name = "";

    OneQueue(Console console) {
        super(console);
    }

    /** Does what it is for. */
    abstract void change(Queues queues, String name);

    @Override
    protected final int run(Errand errand) {
        change(errand.queues(), name);
        QueueInfo queue = errand.queues().get(name);
        if (json) {
            console.json(queue);
        } else {
            print(queue);
        }
        return Exit.OK;
    }

    private void print(QueueInfo queue) {
        put("queue", queue.name());
        put("limits", LimitsText.of(queue.limits()));
        if (queue.override() != null) {
            put("declared", LimitsText.of(queue.base()));
            put("override", LimitsText.of(queue.override()));
        }
        put("paused", queue.paused() ? "yes" : "no");
        put("executing", String.valueOf(queue.claimed()));
        if (queue.lingering() > 0) {
            put("lingering", queue.lingering() + " that do not stop though they have timed out or were cancelled");
        }
        put("waiting", queue.waiting() == 10_000 ? "10000 or more" : String.valueOf(queue.waiting()));
    }

    private void put(String what, String value) {
        console.line("%-12s %s".formatted(what, value));
    }
}

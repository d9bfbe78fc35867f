package dev.errand.cli.tasks;

import dev.errand.Durations;
import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Machine;
import dev.errand.TaskInfo;
import dev.errand.TaskNotFoundException;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.JsonText;
import dev.errand.cli.console.Similar;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.console.Times;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows one task. */
@Command(name = "show", description = "Show a task's types and options.")
public final class TasksShow extends StoreCommand {
    @Parameters(paramLabel = "ID", description = "The task's id or an alias, ignoring case.")
    private String id = "";

    public TasksShow(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) {
        TaskInfo task = errand.task(id)
                .orElseThrow(() -> new TaskNotFoundException(
                        id,
                        Similar.to(id, errand.tasks().stream().map(TaskInfo::id).toList())));
        if (json) {
            console.json(task);
        } else {
            print(task);
        }
        return Exit.OK;
    }

    private void print(TaskInfo task) {
        put("id", task.id());
        put("description", task.description());
        put("aliases", String.join(", ", task.aliases()));
        put("payload", task.payloadType());
        put("output", task.outputType());
        put("attempts", task.attempts() + (task.automaticRetry() ? "" : ", retried by hand"));
        put("retry delay", print(task.retryDelay()));
        Duration timeout = task.timeout().limit();
        put(
                "timeout",
                timeout == null
                        ? ""
                        : "%s from %s"
                                .formatted(
                                        Durations.print(timeout),
                                        task.timeout().from().name().toLowerCase(Locale.ROOT)));
        put("max duration", print(task.maxDuration()));
        put("ttl", print(task.ttl()));
        put("arguments", task.arguments().isEmpty() ? "" : JsonText.line(task.arguments()));
        put("node tags", String.join(", ", task.nodeTags()));
        put("queue", task.queue() == null ? "" : task.queue());
        put("key", task.concurrencyKey() == null ? "" : task.concurrencyKey());
        put("declares", String.join(", ", task.errors()));
        put("machine", print(task.machine()));
        put("retry on", print(task.onOutOfMemory()));
        put("isolated", task.isolated() ? "yes" : "");
        put("source", task.source());
        put("declared", new Times().full(task.declaredAt()));
        Json schema = task.schema();
        if (schema != null) {
            put("schema", JsonText.indented(schema).replace("\n", "\n" + " ".repeat(13)));
        }
    }

    private static String print(@Nullable Duration duration) {
        return duration == null ? "" : Durations.print(duration);
    }

    private static String print(@Nullable Machine machine) {
        return machine == null ? "" : "%s (%s)".formatted(machine, machine.size());
    }

    private void put(String name, String value) {
        if (!value.isEmpty()) {
            console.line("%-12s %s".formatted(name, value));
        }
    }
}

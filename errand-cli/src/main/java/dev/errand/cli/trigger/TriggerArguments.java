package dev.errand.cli.trigger;

import dev.errand.Json;
import dev.errand.Machine;
import dev.errand.TriggerOptions;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.DurationText;
import dev.errand.cli.console.JsonArgument;
import dev.errand.cli.console.MachineText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code run} and {@code trigger} both take. */
public final class TriggerArguments {
    @Option(
            names = "--payload",
            paramLabel = "JSON",
            description = "The payload: JSON, @FILE to read it from a file, or - from standard input.")
    private @Nullable String payload;

    @Option(names = "--name", paramLabel = "NAME", description = "A name for people.")
    private @Nullable String name;

    @Option(names = "--tag", paramLabel = "TAG", description = "For finding the run again; up to 10.")
    private List<String> tags = new ArrayList<>();

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            converter = DurationText.class,
            description = "How long it may take: 30s, 1h30m.")
    private @Nullable Duration timeout;

    @Option(
            names = "--max-duration",
            paramLabel = "DURATION",
            converter = DurationText.class,
            description = "How long an attempt may be active, at least 5s; 0 for no limit.")
    private @Nullable Duration maxDuration;

    @Option(names = "--attempts", paramLabel = "N", description = "How often its body may be tried in all.")
    private @Nullable Integer attempts;

    @Option(
            names = "--max-retries",
            paramLabel = "N",
            description = "How often its body may be tried again; in the place of --attempts.")
    private @Nullable Integer maxRetries;

    @Option(names = "--queue", paramLabel = "QUEUE", description = "Wait in this queue, not in the task's.")
    private @Nullable String queue;

    @Option(names = "--key", paramLabel = "KEY", description = "Its concurrency key, for limits per key.")
    private @Nullable String key;

    @Option(
            names = "--machine",
            paramLabel = "MACHINE",
            converter = MachineText.class,
            description = "What it takes of its node: micro, small-1x … large-2x, or CPUs/GB such as 3/6.")
    private @Nullable Machine machine;

    /** The payload as JSON; null for none. */
    public @Nullable Json payload(Console console) {
        return payload == null ? null : JsonArgument.read(console, "the payload", payload);
    }

    /** Whether one is given. */
    boolean hasPayload() {
        return payload != null;
    }

    /** All but the payload. */
    public TriggerOptions options() {
        return over(TriggerOptions.none());
    }

    /** All but the payload; what is not given is as it was. */
    public TriggerOptions over(TriggerOptions before) {
        TriggerOptions options = tags.isEmpty() ? before : before.tags(tags.toArray(String[]::new));
        options = name == null ? options : options.name(name);
        options = timeout == null ? options : options.timeout(timeout);
        options = queue == null ? options : options.queue(queue);
        options = key == null ? options : options.concurrencyKey(key);
        options = machine == null ? options : options.machine(machine);
        options = maxDuration == null ? options : options.maxDuration(maxDuration);
        return tried(options);
    }

    /** What was there before may have said in the other way how often; nobody says it in both. */
    private TriggerOptions tried(TriggerOptions before) {
        TriggerOptions given = TriggerOptions.none();
        given = maxRetries == null ? given : given.maxRetries(maxRetries);
        given = attempts == null ? given : given.attempts(attempts);
        Integer all = given.attemptsInAll();
        if (all == null) {
            return before;
        }
        boolean asRetries = before.maxRetries() != null || (before.attempts() == null && maxRetries != null);
        return asRetries ? before.maxRetries(all - 1) : before.attempts(all);
    }
}

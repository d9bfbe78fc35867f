package dev.errand.cli.trigger;

import dev.errand.TimeoutFrom;
import dev.errand.TriggerOptions;
import dev.errand.cli.console.DurationText;
import dev.errand.cli.console.JsonText;
import dev.errand.cli.console.UsageException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code trigger} and schedules both take besides {@link TriggerArguments}: of runs that wait for a node. */
public final class LaterArguments {
    @Option(names = "--priority", paramLabel = "SECONDS", description = "A head start in the queue.")
    private @Nullable Integer priority;

    @Option(
            names = "--ttl",
            paramLabel = "DURATION",
            converter = DurationText.class,
            description = "How long it may wait for its first start; 0 for ever.")
    private @Nullable Duration ttl;

    @Option(
            names = "--timeout-from",
            paramLabel = "START",
            description = "From where the timeout counts: creation, start.")
    private @Nullable TimeoutFrom timeoutFrom;

    @Option(names = "--metadata", paramLabel = "JSON", description = "Notes to begin with, a JSON object.")
    private @Nullable String metadata;

    /** What is not given is as it was. */
    public TriggerOptions over(TriggerOptions before) {
        TriggerOptions options = priority == null ? before : before.priority(priority);
        options = ttl == null ? options : options.ttl(ttl);
        options = timeoutFrom == null ? options : withTimeoutFrom(options, timeoutFrom);
        return metadata == null ? options : options.metadata(notes(metadata));
    }

    private static TriggerOptions withTimeoutFrom(TriggerOptions options, TimeoutFrom from) {
        Duration timeout = options.timeout();
        if (timeout == null) {
            throw new UsageException("--timeout-from needs --timeout");
        }
        return options.timeout(timeout, from);
    }

    private static Map<String, Object> notes(String json) {
        Map<String, Object> notes = JsonText.object("--metadata", json);
        if (notes.containsValue(null)) {
            throw new UsageException("--metadata: a note has a value, which null is not");
        }
        return notes;
    }
}

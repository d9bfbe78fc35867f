package dev.errand.cli.trigger;

import dev.errand.Batch;
import dev.errand.BatchOptions;
import dev.errand.Json;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.JsonArgument;
import dev.errand.cli.console.UsageException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What makes one trigger many runs, which are a batch. */
final class BatchArguments {
    @Option(
            names = "--payloads",
            paramLabel = "FILE",
            description =
                    "A run for each payload in the file, all in one commit as a batch: a JSON array, or one JSON value"
                            + " on each line; - for standard input. Prints the runs' ids.")
    private @Nullable String payloads;

    @Option(names = "--batch-name", paramLabel = "NAME", description = "A name of the batch, which callbacks are told.")
    private @Nullable String name;

    @Option(
            names = "--on-complete",
            paramLabel = "TASK",
            description = "Trigger this task once when all runs of the batch have ended.")
    private @Nullable String onComplete;

    @Option(
            names = "--on-failure",
            paramLabel = "TASK",
            description = "Trigger this task once when the first has ended otherwise than well.")
    private @Nullable String onFailure;

    /** Whether it is to be a batch. */
    boolean any() {
        if (payloads == null && (name != null || onComplete != null || onFailure != null)) {
            throw new UsageException("--batch-name, --on-complete and --on-failure need --payloads");
        }
        return payloads != null;
    }

    BatchOptions options() {
        BatchOptions options = BatchOptions.none();
        options = name == null ? options : options.name(name);
        options = onComplete == null ? options : options.onComplete(onComplete);
        return onFailure == null ? options : options.onFailure(onFailure);
    }

    List<Json> payloads(Console console) {
        String file = payloads == null ? "-" : payloads;
        List<Json> all = JsonArgument.readAll(console, "the payloads", file);
        if (all.isEmpty() || all.size() > Batch.LARGEST) {
            throw new UsageException(
                    "%s has %,d payloads; a batch has 1 to %,d".formatted(file, all.size(), Batch.LARGEST));
        }
        return all;
    }
}

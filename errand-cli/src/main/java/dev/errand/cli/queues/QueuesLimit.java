package dev.errand.cli.queues;

import dev.errand.Limits;
import dev.errand.Queues;
import dev.errand.Rate;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.UsageException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Overrides limits. */
@Command(name = "limit", description = "Override limits of a queue, on all nodes at once, until they are reset.")
public final class QueuesLimit extends OneQueue {
    @Option(
            names = "--concurrency",
            paramLabel = "N",
            converter = LimitNumber.class,
            description = "How many of its runs execute at a time; 0 for none, unlimited to lift the limit.")
    private @Nullable Integer concurrency;

    @Option(names = "--per-key", paramLabel = "N", converter = LimitNumber.class, description = "How many of each key.")
    private @Nullable Integer perKey;

    @Option(
            names = "--rate",
            paramLabel = "N/PERIOD",
            description = "How many start in a period: 100/1m, 100/1m:10 for a burst of 10, or unlimited.")
    private @Nullable String rate;

    @Option(names = "--rate-per-key", paramLabel = "N/PERIOD", description = "How many of each key.")
    private @Nullable String ratePerKey;

    @Option(
            names = "--max-pending",
            paramLabel = "N",
            converter = LimitNumber.class,
            description = "How many may be delayed or queued; triggers beyond that are refused.")
    private @Nullable Integer maxPending;

    public QueuesLimit(Console console) {
        super(console);
    }

    @Override
    void change(Queues queues, String name) {
        Limits limits;
        try {
            limits = Limits.none()
                    .concurrency(concurrency)
                    .concurrencyPerKey(perKey)
                    .rate(rate == null ? null : Rate.parse(rate))
                    .ratePerKey(ratePerKey == null ? null : Rate.parse(ratePerKey))
                    .maxPending(maxPending);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        if (limits.isNone()) {
            throw new UsageException(
                    "say which limit: --concurrency, --per-key, --rate, --rate-per-key or --max-pending");
        }
        Limits before = queues.get(name).override();
        queues.limit(name, before == null ? limits : before.overriddenBy(limits));
    }
}

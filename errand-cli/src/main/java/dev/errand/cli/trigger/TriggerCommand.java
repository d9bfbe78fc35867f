package dev.errand.cli.trigger;

import dev.errand.Batch;
import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.DurationText;
import dev.errand.cli.console.Ending;
import dev.errand.cli.console.Exit;
import dev.errand.cli.console.StoreCommand;
import dev.errand.cli.console.Times;
import dev.errand.cli.console.UsageException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Triggers a run of a task that the store knows, for whichever node has its code. */
@Command(
        name = "trigger",
        description = "Trigger a run of a task the store knows, for any node that has its code; prints the run's id.")
public final class TriggerCommand extends StoreCommand {
    @Parameters(paramLabel = "TASK", description = "The task's id or an alias, ignoring case.")
    private String task = "";

    @Mixin
    private TriggerArguments arguments = new TriggerArguments();

    @Mixin
    private LaterArguments later = new LaterArguments();

    @Mixin
    private KeyArguments keys = new KeyArguments();

    @Mixin
    private BatchArguments batch = new BatchArguments();

    @Option(
            names = "--delay",
            paramLabel = "DURATION",
            converter = DurationText.class,
            description = "Start later: 5m.")
    private @Nullable Duration delay;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "Start then: 18:30 for the next one, 2026-12-24T18:30, or with a zone.")
    private @Nullable String at;

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            arity = "0..1",
            fallbackValue = "36500d",
            converter = DurationText.class,
            description = "Wait for the end, at most so long, and print the output; exit codes as of run.")
    private @Nullable Duration wait;

    public TriggerCommand(Console console) {
        super(console);
    }

    @Override
    protected int run(Errand errand) throws InterruptedException {
        TriggerOptions options = options();
        return batch.any() ? triggerAll(errand, options) : triggerOne(errand, options);
    }

    private int triggerAll(Errand errand, TriggerOptions options) {
        if (arguments.hasPayload() || keys.any() || wait != null) {
            throw new UsageException(
                    "--payloads is for runs of their own, to be followed by errand batches show: without --payload, --idempotency-key, --debounce and --wait");
        }
        List<TriggerRequest> requests = batch.payloads(console).stream()
                .map(payload -> new TriggerRequest(task, payload, options))
                .toList();
        tell(errand.triggerBatch(requests, batch.options()));
        return Exit.OK;
    }

    private void tell(Batch<Json> triggered) {
        List<RunId> runs = triggered.runs().stream().map(Run::id).toList();
        if (json) {
            console.json(Map.of("batch", triggered.id(), "runs", runs));
        } else {
            console.note("%s, %,d runs".formatted(triggered.id(), runs.size()));
            runs.forEach(run -> console.line(run.toString()));
        }
    }

    private int triggerOne(Errand errand, TriggerOptions options) throws InterruptedException {
        Run<Json> run = errand.trigger(task, arguments.payload(console), options);
        if (run.isHit()) {
            console.note("stored no new run: this one, of an earlier trigger, answers for it");
        }
        if (options.due() != null) {
            console.note("starts at " + options.due());
        }
        if (wait != null) {
            return new Ending(console, json, verbose).tell(run, run.result(wait), wait);
        }
        if (json) {
            console.json(run.info());
        } else {
            console.line(run.id().toString());
        }
        return Exit.OK;
    }

    private TriggerOptions options() {
        if (delay != null && at != null) {
            throw new UsageException("--delay and --at exclude each other");
        }
        TriggerOptions options = later.over(arguments.options());
        options = keys.apply(options, delay);
        options = delay == null || keys.debounces() ? options : options.after(delay);
        return at == null ? options : options.at(due(at));
    }

    private static Instant due(String at) {
        return new Times().ahead(at);
    }
}

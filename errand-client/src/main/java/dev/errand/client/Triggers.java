package dev.errand.client;

import dev.errand.Batch;
import dev.errand.BatchId;
import dev.errand.BatchOptions;
import dev.errand.InvalidPayloadException;
import dev.errand.Json;
import dev.errand.Page;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import dev.errand.TypeRef;
import dev.errand.json.ValueJson;
import java.lang.reflect.Type;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All ways to trigger. Each trigger says which request it is, so that it can be sent again when its answer was lost: the server knows it again, and
 * there is one run. Only a batch that is triggered at once does not.
 */
final class Triggers {
    private final Connected client;

    /** One of many; its task is in the address if it is the only one. */
    record Wanted(@Nullable String task, Json payload, TriggerOptions options) {}

    private record Several(List<Wanted> requests) {}

    private record Together(List<Wanted> requests, BatchOptions options) {}

    private record Triggered(RunId id, boolean isHit) {}

    private record TriggeredBatch(BatchId id, List<RunId> runs) {}

    Triggers(Connected client) {
        this.client = client;
    }

    // ── runs

    <O extends @Nullable Object> Run<O> trigger(Task<?, O> task, @Nullable Object payload, TriggerOptions options) {
        return trigger(task.id(), json(task.id(), payload, task.payloadType()), options, task.outputType());
    }

    Run<Json> trigger(String task, @Nullable Object payload, TriggerOptions options) {
        return trigger(task, json(task, payload), options, Json.class);
    }

    private <O extends @Nullable Object> Run<O> trigger(
            String task, Json payload, TriggerOptions options, Type outputType) {
        Ask ask = Ask.post(Address.path("tasks", task, "runs"), new Wanted(null, payload, known(options)))
                .repeated();
        return run(client.server().ask(ask, Triggered.class), outputType);
    }

    private <O extends @Nullable Object> Run<O> run(Triggered run, Type outputType) {
        return new RemoteRun<>(client, run.id(), outputType, run.isHit());
    }

    private static TriggerOptions known(TriggerOptions options) {
        return options.requestKey() == null
                ? options.requestKey(UUID.randomUUID().toString())
                : options;
    }

    <O extends @Nullable Object> List<Run<O>> triggerAll(Task<?, O> task, List<?> payloads, TriggerOptions options) {
        refuseKeys(payloads.size(), options);
        return triggerAll(wanted(task, payloads, options), task.outputType());
    }

    private static List<Wanted> wanted(Task<?, ?> task, List<?> payloads, TriggerOptions options) {
        return payloads.stream()
                .map(payload -> new Wanted(task.id(), json(task.id(), payload, task.payloadType()), options))
                .toList();
    }

    private static void refuseKeys(int payloads, TriggerOptions options) {
        if (hasKey(options)) {
            throw new IllegalArgumentException(
                    "one key for %d payloads would make them one run; give each a TriggerRequest with a key of its own"
                            .formatted(payloads));
        }
    }

    private static boolean hasKey(TriggerOptions options) {
        return options.idempotencyKey() != null || options.debounce() != null || options.requestKey() != null;
    }

    List<Run<Json>> triggerAll(List<TriggerRequest> requests) {
        return triggerAll(wanted(requests), Json.class);
    }

    private static List<Wanted> wanted(List<TriggerRequest> requests) {
        return requests.stream().map(Triggers::wanted).toList();
    }

    static Wanted wanted(TriggerRequest request) {
        return new Wanted(request.task(), json(request.task(), request.payload()), request.options());
    }

    private <O extends @Nullable Object> List<Run<O>> triggerAll(List<Wanted> wanted, Type outputType) {
        List<Wanted> known = wanted.stream()
                .map(each -> new Wanted(each.task(), each.payload(), known(each.options())))
                .toList();
        Ask ask = Ask.post(Address.path("runs"), new Several(known)).repeated();
        return client.server().ask(ask, new TypeRef<Page<Triggered>>() {}).items().stream()
                .<Run<O>>map(run -> run(run, outputType))
                .toList();
    }

    // ── batches

    <O extends @Nullable Object> Batch<O> triggerBatch(Task<?, O> task, List<?> payloads, BatchOptions options) {
        checkSize(payloads.size());
        return batch(wanted(task, payloads, TriggerOptions.none()), options, task.outputType());
    }

    Batch<Json> triggerBatch(List<TriggerRequest> requests, BatchOptions options) {
        checkSize(requests.size());
        return batch(wanted(requests), options, Json.class);
    }

    private static void checkSize(int size) {
        if (size > Batch.LARGEST) {
            throw new IllegalArgumentException("a batch has at most %,d runs, this one would have %,d; trigger several"
                    .formatted(Batch.LARGEST, size));
        }
    }

    private <O extends @Nullable Object> Batch<O> batch(List<Wanted> wanted, BatchOptions options, Type outputType) {
        Ask ask = Ask.post(Address.path("batches"), new Together(wanted, options));
        TriggeredBatch batch = client.server().ask(ask, TriggeredBatch.class);
        return new RemoteBatch<>(client, batch.id(), outputType, batch.runs());
    }

    // ── payloads

    private static Json json(String task, @Nullable Object payload) {
        return json(task, payload, payload == null ? Void.class : payload.getClass());
    }

    private static Json json(String task, @Nullable Object payload, Type type) {
        try {
            return ValueJson.write(payload, type);
        } catch (ValueJson.UnfitException e) {
            throw new InvalidPayloadException(task, e.path(), e.reason());
        }
    }
}

package dev.errand.engine;

import dev.errand.Batch;
import dev.errand.BatchId;
import dev.errand.BatchOptions;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.SignalAnswer;
import dev.errand.Task;
import dev.errand.TaskTrigger;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import dev.errand.engine.attempt.Inside;
import dev.errand.engine.batch.Batching;
import dev.errand.engine.trigger.Origin;
import dev.errand.engine.trigger.TriggerKeys;
import dev.errand.engine.trigger.Triggers;
import dev.errand.store.BatchEntry;
import dev.errand.store.KeyStore;
import dev.errand.store.KeyedRun;
import dev.errand.store.NewRun;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All ways to trigger come down to one: make the runs, store them together, hand out their handles. Signals are sent the same way. */
abstract class RunTrigger implements TaskTrigger {
    abstract Triggers triggers();

    /** Stores them, all or none. */
    abstract void enqueue(List<NewRun> runs);

    abstract Batching batching();

    /** Stores a batch and its runs, all or nothing. */
    abstract void enqueue(BatchEntry batch, List<NewRun> runs);

    abstract <O extends @Nullable Object> Batch<O> handle(BatchId id, Type outputType, List<RunId> runs);

    /** Stores those that no earlier ones answer for, all or none. */
    abstract List<KeyStore.Stored> enqueueKeyed(List<KeyedRun> runs);

    /** A run that is stored. */
    public abstract <O extends @Nullable Object> Run<O> handle(RunId id, Type outputType, boolean hit);

    abstract SignalValues signalValues();

    /** Sends a signal to a run, if there is one. */
    abstract SignalAnswer send(RunId run, String name, byte[] json);

    @Override
    public SignalAnswer signal(RunId run, String name, @Nullable Object value) {
        return send(run, name, signalValues().written(name, value));
    }

    private static @Nullable Origin origin() {
        return Inside.origin();
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> Run<O> trigger(Task<P, O> task, P payload) {
        return trigger(task, payload, TriggerOptions.none());
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> Run<O> trigger(
            Task<P, O> task, P payload, TriggerOptions options) {
        return trigger(task, payload, options, origin());
    }

    /** As triggered by a body. */
    public <P extends @Nullable Object, O extends @Nullable Object> Run<O> trigger(
            Task<P, O> task, P payload, TriggerOptions options, @Nullable Origin origin) {
        return store(triggers().run(task, payload, options, origin), options, origin, task.outputType());
    }

    @Override
    public Run<Json> trigger(String task, @Nullable Object payload) {
        return trigger(task, payload, TriggerOptions.none());
    }

    @Override
    public Run<Json> trigger(String task, @Nullable Object payload, TriggerOptions options) {
        return trigger(task, payload, options, origin());
    }

    /** As triggered by a body. */
    public Run<Json> trigger(String task, @Nullable Object payload, TriggerOptions options, @Nullable Origin origin) {
        return store(triggers().run(task, payload, options, origin), options, origin, Json.class);
    }

    /** As it would be triggered by a body. */
    public NewRun make(Task<?, ?> task, @Nullable Object payload, TriggerOptions options, @Nullable Origin origin) {
        return triggers().run(task, payload, options, origin);
    }

    /** As it would be triggered by a body, of a task known by its id. */
    public NewRun make(String task, @Nullable Object payload, TriggerOptions options, @Nullable Origin origin) {
        return triggers().run(task, payload, options, origin);
    }

    /** Stores it, unless an earlier one answers for it. */
    <O extends @Nullable Object> Run<O> store(
            NewRun run, TriggerOptions options, @Nullable Origin origin, Type outputType) {
        if (!TriggerKeys.any(options)) {
            enqueue(List.of(run));
            return handle(run.id(), outputType, false);
        }
        KeyStore.Stored stored =
                enqueueKeyed(List.of(triggers().keyed(run, options, origin))).getFirst();
        return handle(stored.run(), outputType, stored.hit());
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> List<Run<O>> triggerAll(
            Task<P, O> task, List<? extends P> payloads) {
        return triggerAll(task, payloads, TriggerOptions.none());
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> List<Run<O>> triggerAll(
            Task<P, O> task, List<? extends P> payloads, TriggerOptions options) {
        if (TriggerKeys.any(options)) {
            throw new IllegalArgumentException(
                    "one key for %d payloads would make them one run; give each a TriggerRequest with a key of its own"
                            .formatted(payloads.size()));
        }
        List<NewRun> runs = runs(task, payloads, options);
        enqueue(runs);
        return handles(runs, task.outputType());
    }

    @Override
    public List<Run<Json>> triggerAll(List<TriggerRequest> requests) {
        List<NewRun> runs = runs(requests);
        if (requests.stream().anyMatch(request -> TriggerKeys.any(request.options()))) {
            return storeKeyed(runs, requests, origin());
        }
        enqueue(runs);
        return handles(runs, Json.class);
    }

    private <P extends @Nullable Object> List<NewRun> runs(
            Task<P, ?> task, List<? extends P> payloads, TriggerOptions options) {
        Origin origin = origin();
        List<NewRun> runs = new ArrayList<>(payloads.size());
        for (P payload : payloads) {
            runs.add(triggers().run(task, payload, options, origin));
        }
        return runs;
    }

    private List<NewRun> runs(List<TriggerRequest> requests) {
        Origin origin = origin();
        List<NewRun> runs = new ArrayList<>(requests.size());
        for (TriggerRequest request : requests) {
            runs.add(triggers().run(request.task(), request.payload(), request.options(), origin));
        }
        return runs;
    }

    private List<Run<Json>> storeKeyed(List<NewRun> runs, List<TriggerRequest> requests, @Nullable Origin origin) {
        List<KeyedRun> keyed = new ArrayList<>(runs.size());
        for (int i = 0; i < runs.size(); i++) {
            keyed.add(triggers().keyed(runs.get(i), requests.get(i).options(), origin));
        }
        List<Run<Json>> handles = new ArrayList<>(runs.size());
        enqueueKeyed(keyed).forEach(stored -> handles.add(handle(stored.run(), Json.class, stored.hit())));
        return handles;
    }

    private <O extends @Nullable Object> List<Run<O>> handles(List<NewRun> runs, Type outputType) {
        List<Run<O>> handles = new ArrayList<>(runs.size());
        runs.forEach(run -> handles.add(handle(run.id(), outputType, false)));
        return handles;
    }

    // ── batches

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> Batch<O> triggerBatch(
            Task<P, O> task, List<? extends P> payloads, BatchOptions options) {
        Batching.checkSize(payloads.size());
        return batch(runs(task, payloads, TriggerOptions.none()), options, task.outputType());
    }

    @Override
    public Batch<Json> triggerBatch(List<TriggerRequest> requests, BatchOptions options) {
        Batching.checkSize(requests.size());
        if (requests.stream().anyMatch(request -> TriggerKeys.any(request.options()))) {
            throw new IllegalArgumentException(
                    "a batch's runs are its own and take no idempotency key or debounce; use triggerAll for runs with keys");
        }
        return batch(runs(requests), options, Json.class);
    }

    private <O extends @Nullable Object> Batch<O> batch(List<NewRun> runs, BatchOptions options, Type outputType) {
        Batching.Made made = batching().make(runs, options);
        enqueue(made.batch(), made.runs());
        return handle(made.batch().id(), outputType, made.ids());
    }
}

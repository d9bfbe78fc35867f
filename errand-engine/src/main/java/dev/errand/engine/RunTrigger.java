package dev.errand.engine;

import dev.errand.Batch;
import dev.errand.BatchId;
import dev.errand.BatchOptions;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.Task;
import dev.errand.TaskTrigger;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import dev.errand.engine.batch.Batching;
import dev.errand.engine.trigger.Triggers;
import dev.errand.store.BatchEntry;
import dev.errand.store.NewRun;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All ways to trigger come down to one: make the runs, store them together, hand out their handles. */
abstract class RunTrigger implements TaskTrigger {
    abstract Triggers triggers();

    /** Stores them, all or none. */
    abstract void enqueue(List<NewRun> runs);

    abstract Batching batching();

    /** Stores a batch and its runs, all or nothing. */
    abstract void enqueue(BatchEntry batch, List<NewRun> runs);

    abstract <O extends @Nullable Object> Batch<O> handle(BatchId id, Type outputType, List<RunId> runs);

    abstract <O extends @Nullable Object> Run<O> handle(RunId id, Type outputType);

    private <O extends @Nullable Object> List<Run<O>> trigger(List<NewRun> runs, Type outputType) {
        enqueue(runs);
        List<Run<O>> handles = new ArrayList<>(runs.size());
        runs.forEach(run -> handles.add(handle(run.id(), outputType)));
        return handles;
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> Run<O> trigger(Task<P, O> task, P payload) {
        return trigger(task, payload, TriggerOptions.none());
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> Run<O> trigger(
            Task<P, O> task, P payload, TriggerOptions options) {
        NewRun run = triggers().run(task, payload, options);
        enqueue(List.of(run));
        return handle(run.id(), task.outputType());
    }

    @Override
    public Run<Json> trigger(String task, @Nullable Object payload) {
        return trigger(task, payload, TriggerOptions.none());
    }

    @Override
    public Run<Json> trigger(String task, @Nullable Object payload, TriggerOptions options) {
        NewRun run = triggers().run(task, payload, options);
        enqueue(List.of(run));
        return handle(run.id(), Json.class);
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> List<Run<O>> triggerAll(
            Task<P, O> task, List<? extends P> payloads) {
        return triggerAll(task, payloads, TriggerOptions.none());
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> List<Run<O>> triggerAll(
            Task<P, O> task, List<? extends P> payloads, TriggerOptions options) {
        return trigger(runs(task, payloads, options), task.outputType());
    }

    @Override
    public List<Run<Json>> triggerAll(List<TriggerRequest> requests) {
        return trigger(runs(requests), Json.class);
    }

    private <P extends @Nullable Object> List<NewRun> runs(
            Task<P, ?> task, List<? extends P> payloads, TriggerOptions options) {
        List<NewRun> runs = new ArrayList<>(payloads.size());
        for (P payload : payloads) {
            runs.add(triggers().run(task, payload, options));
        }
        return runs;
    }

    private List<NewRun> runs(List<TriggerRequest> requests) {
        List<NewRun> runs = new ArrayList<>(requests.size());
        for (TriggerRequest request : requests) {
            runs.add(triggers().run(request.task(), request.payload(), request.options()));
        }
        return runs;
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
        return batch(runs(requests), options, Json.class);
    }

    private <O extends @Nullable Object> Batch<O> batch(List<NewRun> runs, BatchOptions options, Type outputType) {
        Batching.Made made = batching().make(runs, options);
        enqueue(made.batch(), made.runs());
        return handle(made.batch().id(), outputType, made.ids());
    }
}

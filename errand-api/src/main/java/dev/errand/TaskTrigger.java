package dev.errand;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Triggers runs of tasks and sends them signals: an {@link Errand} does so in commits of its own, {@link Errand#with} in a transaction of the caller's.
 * Any thread may call it, if what it triggers through may be used by any thread.
 */
public interface TaskTrigger {
    /**
     * Triggers a run, to start as soon as a slot is free.
     *
     * @throws TaskNotFoundException if no node ever declared this task
     * @throws InvalidPayloadException if the payload does not fit the task's type or is too large; nothing is stored
     * @throws QueueFullException if too many runs are pending where it would be; nothing is stored
     */
    <P extends @Nullable Object, O extends @Nullable Object> Run<O> trigger(Task<P, O> task, P payload);

    <P extends @Nullable Object, O extends @Nullable Object> Run<O> trigger(
            Task<P, O> task, P payload, TriggerOptions options);

    /**
     * Triggers a run of a task known by its id or alias, ignoring case. This process need not have its code.
     *
     * @param payload a value of the task's type, or {@link Json}; null for none
     */
    Run<Json> trigger(String task, @Nullable Object payload);

    Run<Json> trigger(String task, @Nullable Object payload, TriggerOptions options);

    /** Triggers a run for each payload in one commit: all of them, or none if one is refused. Ids in the order of the payloads. */
    <P extends @Nullable Object, O extends @Nullable Object> List<Run<O>> triggerAll(
            Task<P, O> task, List<? extends P> payloads);

    <P extends @Nullable Object, O extends @Nullable Object> List<Run<O>> triggerAll(
            Task<P, O> task, List<? extends P> payloads, TriggerOptions options);

    /** Triggers runs of different tasks in one commit: all of them, or none if one is refused. */
    List<Run<Json>> triggerAll(List<TriggerRequest> requests);

    /**
     * Triggers a run for each payload in one commit, as a batch: with a handle on all of them and, if wanted, tasks that are triggered
     * when they have ended.
     *
     * @param payloads at most {@value Batch#LARGEST}; a batch without any is complete at once
     */
    <P extends @Nullable Object, O extends @Nullable Object> Batch<O> triggerBatch(
            Task<P, O> task, List<? extends P> payloads, BatchOptions options);

    /** As {@link #triggerBatch(Task, List, BatchOptions)}, of different tasks and with options of their own. */
    Batch<Json> triggerBatch(List<TriggerRequest> requests, BatchOptions options);

    /**
     * Sends a run a value under a name, for its body to {@linkplain SignalContext#receive receive}: at once if it waits for that, else when it
     * comes to ask. Signals of one name are received in the order in which they are committed, each once.
     *
     * @param name 1 to 256 characters, upper and lower case told apart
     * @param value becomes JSON, as large as an output may be; null for none
     * @return OK if it was sent; else why not
     * @throws IllegalArgumentException if name or value are none; nothing was sent
     * @throws IllegalStateException if the calling thread has triggered the run in another transaction, which it has not committed; nothing was sent
     * @throws StoreException if the store could not be reached; it may or may not have been sent. Also if a transaction of somebody else's stays
     *     open that has sent the run one, for a minute, or that may have triggered it, for two; nothing was sent
     */
    SignalAnswer signal(RunId run, String name, @Nullable Object value);
}

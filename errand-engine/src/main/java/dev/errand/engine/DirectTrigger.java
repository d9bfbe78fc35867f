package dev.errand.engine;

import dev.errand.RunId;
import dev.errand.SignalAnswer;
import dev.errand.store.BatchEntry;
import dev.errand.store.KeyStore;
import dev.errand.store.KeyedRun;
import dev.errand.store.NewRun;
import dev.errand.store.Replay;
import dev.errand.store.Store;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Triggers in commits of the store's own, and wakes the worker for what was stored. */
abstract class DirectTrigger extends RunTrigger {
    abstract Store store();

    /** Null on an engine that never works. */
    abstract @Nullable Worker worker();

    @Override
    void enqueue(List<NewRun> runs) {
        store().enqueue(runs);
        wakeFor(runs);
    }

    /** Answers whether all was there that the run was to take over. */
    boolean replay(Replay replay) {
        boolean stored = store().replay(replay);
        wakeFor(List.of(replay.run()));
        return stored;
    }

    @Override
    void enqueue(BatchEntry batch, List<NewRun> runs) {
        store().batches().create(batch, runs);
        wakeForBatch(runs);
    }

    /** For runs of a batch. */
    void wakeForBatch(List<NewRun> runs) {
        wakeFor(runs);
        Worker working = worker();
        if (working != null) {
            working.batches.opened();
        }
    }

    @Override
    List<KeyStore.Stored> enqueueKeyed(List<KeyedRun> runs) {
        List<KeyStore.Stored> stored = store().keys().enqueue(runs);
        wakeFor(runs.stream().map(KeyedRun::run).toList());
        return stored;
    }

    abstract Lookup lookup();

    /** One that is not found may be in a transaction that is open. */
    @Override
    SignalAnswer send(RunId run, String name, byte[] json) {
        SignalAnswer answer = store().signals().send(run, name, json);
        return answer == SignalAnswer.NOT_FOUND && lookup().known(run).isPresent()
                ? store().signals().send(run, name, json)
                : answer;
    }

    private void wakeFor(List<NewRun> runs) {
        Worker working = worker();
        if (working != null) {
            working.enqueued(runs);
        }
    }
}

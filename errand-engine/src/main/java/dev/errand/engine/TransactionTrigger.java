package dev.errand.engine;

import dev.errand.Batch;
import dev.errand.BatchId;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.SignalAnswer;
import dev.errand.StoreException;
import dev.errand.engine.attempt.Triggering;
import dev.errand.engine.batch.Batching;
import dev.errand.engine.transaction.UserTransactions;
import dev.errand.engine.trigger.Triggers;
import dev.errand.store.BatchEntry;
import dev.errand.store.KeyStore;
import dev.errand.store.KeyedRun;
import dev.errand.store.NewRun;
import java.lang.reflect.Type;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Triggers on a connection of the caller's: runs come into being with the caller's commit. */
final class TransactionTrigger extends RunTrigger implements Triggering {
    private final Engine engine;
    private final Connection connection;

    TransactionTrigger(Engine engine, Connection connection) {
        this.engine = engine;
        this.connection = Objects.requireNonNull(connection, "connection");
    }

    @Override
    Triggers triggers() {
        return engine.triggers();
    }

    /** Stores something within the transaction. */
    private interface Storing<T> {
        T store() throws SQLException;
    }

    @Override
    Batching batching() {
        return engine.batching();
    }

    @Override
    void enqueue(List<NewRun> runs) {
        store(runs, () -> {
            engine.store().enqueue(connection, runs);
            return runs;
        });
    }

    @Override
    void enqueue(BatchEntry batch, List<NewRun> runs) {
        store(runs, () -> {
            engine.lookup().triggered(batch.id());
            engine.store().batches().create(connection, batch, runs);
            return runs;
        });
    }

    @Override
    List<KeyStore.Stored> enqueueKeyed(List<KeyedRun> runs) {
        return store(
                runs.stream().map(KeyedRun::run).toList(),
                () -> engine.store().keys().enqueue(connection, runs));
    }

    private <T> T store(List<NewRun> runs, Storing<T> storing) {
        try {
            UserTransactions.check(connection);
            engine.lookup().triggered(runs);
            return storing.store();
        } catch (SQLException e) {
            throw new StoreException("Nothing was triggered in this transaction; roll it back: " + e.getMessage(), e);
        }
    }

    @Override
    SignalValues signalValues() {
        return engine.signalValues();
    }

    @Override
    SignalAnswer send(RunId run, String name, byte[] json) {
        try {
            UserTransactions.check(connection);
            return engine.store()
                    .signals()
                    .send(
                            connection,
                            run,
                            name,
                            json,
                            () -> engine.lookup().known(run).isPresent());
        } catch (SQLException e) {
            throw new StoreException("Nothing was sent in this transaction; roll it back: " + e.getMessage(), e);
        }
    }

    @Override
    <O extends @Nullable Object> Batch<O> handle(BatchId id, Type outputType, List<RunId> runs) {
        return engine.handle(id, outputType, runs);
    }

    @Override
    public <O extends @Nullable Object> Run<O> handle(RunId id, Type outputType, boolean hit) {
        return engine.handle(id, outputType, hit);
    }
}

package dev.errand.engine;

import dev.errand.Batch;
import dev.errand.BatchId;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.engine.attempt.UserTransactions;
import dev.errand.engine.batch.Batching;
import dev.errand.engine.trigger.Triggers;
import dev.errand.store.BatchEntry;
import dev.errand.store.NewRun;
import java.lang.reflect.Type;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Triggers on a connection of the caller's: runs come into being with the caller's commit. */
final class TransactionTrigger extends RunTrigger {
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

    @Override
    Batching batching() {
        return engine.batching();
    }

    @Override
    void enqueue(List<NewRun> runs) {
        store(() -> {
            engine.lookup().triggered(runs);
            engine.store().enqueue(connection, runs);
        });
    }

    @Override
    void enqueue(BatchEntry batch, List<NewRun> runs) {
        store(() -> {
            engine.lookup().triggered(batch.id());
            engine.lookup().triggered(runs);
            engine.store().batches().create(connection, batch, runs);
        });
    }

    /** What is written on the connection. */
    private interface Step {
        void write() throws SQLException;
    }

    private void store(Step step) {
        try {
            UserTransactions.check(connection);
            step.write();
        } catch (SQLException e) {
            throw new StoreException("Nothing was triggered in this transaction; roll it back: " + e.getMessage(), e);
        }
    }

    @Override
    <O extends @Nullable Object> Batch<O> handle(BatchId id, Type outputType, List<RunId> runs) {
        return engine.handle(id, outputType, runs);
    }

    @Override
    <O extends @Nullable Object> Run<O> handle(RunId id, Type outputType) {
        return engine.handle(id, outputType);
    }
}

package dev.errand.engine;

import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.engine.attempt.UserTransactions;
import dev.errand.engine.trigger.Triggers;
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
    void enqueue(List<NewRun> runs) {
        try {
            UserTransactions.check(connection);
            engine.lookup().triggered(runs);
            engine.store().enqueue(connection, runs);
        } catch (SQLException e) {
            throw new StoreException("Nothing was triggered in this transaction; roll it back: " + e.getMessage(), e);
        }
    }

    @Override
    <O extends @Nullable Object> Run<O> handle(RunId id, Type outputType) {
        return engine.handle(id, outputType);
    }
}

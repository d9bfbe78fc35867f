package dev.errand.engine.attempt;

import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.engine.trigger.Origin;
import dev.errand.store.NewRun;
import java.lang.reflect.Type;
import java.sql.Connection;
import org.jspecify.annotations.Nullable;

/** How a body triggers other runs. */
public interface Triggering {
    <P extends @Nullable Object, O extends @Nullable Object> Run<O> trigger(
            Task<P, O> task, P payload, TriggerOptions options, @Nullable Origin origin);

    Run<Json> trigger(String task, @Nullable Object payload, TriggerOptions options, @Nullable Origin origin);

    /**
     * The run that a trigger would store; it is not stored.
     *
     * @throws IllegalStateException if there is no way to the store from here
     */
    default NewRun make(Task<?, ?> task, @Nullable Object payload, TriggerOptions options, @Nullable Origin origin) {
        throw new IllegalStateException("There is no way to the store from here");
    }

    /** The same, of a task known by its id. */
    default NewRun make(String task, @Nullable Object payload, TriggerOptions options, @Nullable Origin origin) {
        throw new IllegalStateException("There is no way to the store from here");
    }

    /**
     * One that is stored.
     *
     * @param hit whether it was triggered before
     */
    default <O extends @Nullable Object> Run<O> handle(RunId id, Type outputType, boolean hit) {
        throw new IllegalStateException("There is no way to the store from here");
    }

    /**
     * Triggers in the transaction on that connection.
     *
     * @throws IllegalStateException if there is no way to the store from here
     */
    default Triggering in(Connection connection) {
        throw new IllegalStateException("There is no way to the store from here");
    }
}

package dev.errand.engine.attempt;

import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.engine.trigger.Origin;
import java.sql.Connection;
import org.jspecify.annotations.Nullable;

/** How a body triggers other runs. */
public interface Triggering {
    <P extends @Nullable Object, O extends @Nullable Object> Run<O> trigger(
            Task<P, O> task, P payload, TriggerOptions options, @Nullable Origin origin);

    Run<Json> trigger(String task, @Nullable Object payload, TriggerOptions options, @Nullable Origin origin);

    /** One that was triggered before. */
    default Run<Json> run(RunId id) {
        throw new IllegalStateException("Nothing was triggered from here before");
    }

    /** The same, with a type for its output. */
    default <O extends @Nullable Object> Run<O> run(RunId id, Task<?, O> task) {
        throw new IllegalStateException("Nothing was triggered from here before");
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

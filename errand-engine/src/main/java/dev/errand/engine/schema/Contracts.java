package dev.errand.engine.schema;

import dev.errand.Json;
import dev.errand.Task;
import dev.errand.engine.json.Codec;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The contracts of tasks, each made once, as long as there are not too many. Thread-safe. */
public final class Contracts {
    private static final int MOST = 10_000;

    private final Codec codec;
    private final Map<Task<?, ?>, Contract> ofTasks = new ConcurrentHashMap<>();
    private final Map<Json, JsonSchema> stored = new ConcurrentHashMap<>();

    public Contracts(Codec codec) {
        this.codec = codec;
    }

    /**
     * The contract of a task.
     *
     * @throws IllegalArgumentException if it makes no sense; the message says why
     */
    public Contract of(Task<?, ?> task) {
        Contract known = ofTasks.get(task);
        return known != null ? known : kept(task);
    }

    private Contract kept(Task<?, ?> task) {
        Contract made = Contract.of(task, codec);
        if (ofTasks.size() >= MOST) {
            ofTasks.clear();
        }
        ofTasks.put(task, made);
        return made;
    }

    /** A schema that some node has declared. */
    public JsonSchema stored(Json schema) {
        JsonSchema known = stored.get(schema);
        if (known != null) {
            return known;
        }
        JsonSchema made = JsonSchema.of(schema, codec);
        if (stored.size() >= MOST) {
            stored.clear();
        }
        stored.put(schema, made);
        return made;
    }

    /** Lets go of all tasks seen so far; those still there are looked at again. */
    public void forget() {
        ofTasks.clear();
    }
}

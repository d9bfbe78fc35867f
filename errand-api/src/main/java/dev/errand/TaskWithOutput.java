package dev.errand;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** A {@link TaskBuilder} whose body returns something. */
public final class TaskWithOutput<P extends @Nullable Object, O extends @Nullable Object>
        extends TaskBuilder<TaskWithOutput<P, O>> {
    private final Type payloadType;
    private final Type outputType;

    TaskWithOutput(String id, Type payloadType, Type outputType) {
        super(id);
        this.payloadType = payloadType;
        this.outputType = outputType;
    }

    @Override
    TaskWithOutput<P, O> self() {
        return this;
    }

    /** The task, with this as its code. */
    public Task<P, O> run(TaskBody<P, O> body) {
        return new Task<>(id, payloadType, outputType, options, body);
    }
}

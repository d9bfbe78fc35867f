package dev.errand;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** A {@link TaskBuilder} whose body returns nothing. */
public final class TaskWithoutOutput<P extends @Nullable Object> extends TaskBuilder<TaskWithoutOutput<P>> {
    private final Type payloadType;

    TaskWithoutOutput(String id, Type payloadType) {
        super(id);
        this.payloadType = payloadType;
    }

    @Override
    TaskWithoutOutput<P> self() {
        return this;
    }

    /** The task, with this as its code. */
    public Task<P, @Nullable Void> run(TaskAction<P> action) {
        return new Task<P, @Nullable Void>(id, payloadType, Void.class, options, (payload, run) -> {
            action.run(payload, run);
            return null;
        });
    }
}

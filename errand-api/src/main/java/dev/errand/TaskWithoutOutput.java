package dev.errand;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@link TaskBuilder} whose body returns nothing. */
public final class TaskWithoutOutput<P extends @Nullable Object> extends TaskBuilder<TaskWithoutOutput<P>> {
    private final Type payloadType;
    private final List<TaskHooks<? super P, ? super @Nullable Void>> hooks = new ArrayList<>();
    private @Nullable PayloadParser<? extends P> parser;

    TaskWithoutOutput(String id, Type payloadType) {
        super(id);
        this.payloadType = payloadType;
    }

    @Override
    TaskWithoutOutput<P> self() {
        return this;
    }

    /** Adds hooks around its attempts; outside of those added later. */
    public TaskWithoutOutput<P> hooks(TaskHooks<? super P, ? super @Nullable Void> hooks) {
        this.hooks.add(hooks);
        return this;
    }

    /**
     * Makes payloads of their JSON, in place of what is usual for their type. What a parser takes only it knows: a schema is checked,
     * and shown, only if it was written by hand.
     */
    public TaskWithoutOutput<P> parser(PayloadParser<? extends P> parser) {
        this.parser = parser;
        return this;
    }

    /** The task, with this as its code. */
    public Task<P, @Nullable Void> run(TaskAction<P> action) {
        return new Task<P, @Nullable Void>(
                id,
                payloadType,
                Void.class,
                options,
                hooks,
                parser,
                (payload, run) -> {
                    action.run(payload, run);
                    return null;
                },
                "",
                place);
    }
}

package dev.errand;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@link TaskBuilder} whose body returns something. */
public final class TaskWithOutput<P extends @Nullable Object, O extends @Nullable Object>
        extends TaskBuilder<TaskWithOutput<P, O>> {
    private final Type payloadType;
    private final Type outputType;
    private final List<TaskHooks<? super P, ? super O>> hooks = new ArrayList<>();
    private @Nullable PayloadParser<? extends P> parser;

    TaskWithOutput(String id, Type payloadType, Type outputType) {
        super(id);
        this.payloadType = payloadType;
        this.outputType = outputType;
    }

    @Override
    TaskWithOutput<P, O> self() {
        return this;
    }

    /** Adds hooks around its attempts; outside of those added later. */
    public TaskWithOutput<P, O> hooks(TaskHooks<? super P, ? super O> hooks) {
        this.hooks.add(hooks);
        return this;
    }

    /**
     * Makes payloads of their JSON, in place of what is usual for their type. What a parser takes only it knows: a schema is checked,
     * and shown, only if it was written by hand.
     */
    public TaskWithOutput<P, O> parser(PayloadParser<? extends P> parser) {
        this.parser = parser;
        return this;
    }

    /** The task, with this as its code. */
    public Task<P, O> run(TaskBody<P, O> body) {
        return new Task<>(id, payloadType, outputType, options, hooks, parser, body, "", place);
    }
}

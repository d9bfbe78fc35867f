package dev.errand.scripts;

import dev.errand.RunContext;
import dev.errand.TaskBody;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** Calls a method as a task. What the method throws comes out as it was thrown. */
final class MethodBody implements TaskBody<@Nullable Object, @Nullable Object> {
    private final Method method;
    private final Class<?>[] parameters;
    private final @Nullable LazyInstance target;

    private MethodBody(Method method, @Nullable LazyInstance target) {
        this.method = method;
        this.parameters = method.getParameterTypes();
        this.target = target;
    }

    /** @param target null for a static method */
    static MethodBody of(Method method, @Nullable LazyInstance target) {
        method.setAccessible(true);
        return new MethodBody(method, target);
    }

    @Override
    public @Nullable Object run(@Nullable Object payload, RunContext run) throws Exception {
        @Nullable Object[] arguments = new @Nullable Object[parameters.length];
        for (int i = 0; i < parameters.length; i++) {
            arguments[i] = parameters[i] == RunContext.class ? run : payload;
        }
        try {
            return method.invoke(target == null ? null : target.get(), arguments);
        } catch (InvocationTargetException e) {
            throw unwrapped(e);
        }
    }

    static Exception unwrapped(InvocationTargetException e) {
        return switch (e.getCause()) {
            case Exception exception -> exception;
            case Error error -> throw error;
            case null, default -> e;
        };
    }
}

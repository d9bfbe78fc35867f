package dev.errand.spi;

import dev.errand.AsTask;
import dev.errand.Durations;
import dev.errand.Machine;
import dev.errand.PayloadSchema;
import dev.errand.Retry;
import dev.errand.RunContext;
import dev.errand.Schedule;
import dev.errand.Task;
import dev.errand.TaskOptions;
import dev.errand.Timeout;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes tasks of methods with {@link AsTask}, for those who find such methods: in files, among beans. */
public final class MethodTask {
    /** Calls the method, on whatever it is to be called. */
    @FunctionalInterface
    public interface Call {
        @Nullable
        Object with(@Nullable Object[] arguments) throws Exception;
    }

    private MethodTask() {}

    /**
     * A task of a method. What the method throws comes out as it was thrown, also if the call wraps it in an
     * {@link InvocationTargetException}.
     *
     * @throws IllegalArgumentException if the method cannot be a task; the message says why
     */
    public static Task<?, ?> of(Method method, AsTask declared, Call call) {
        String id = declared.value().isEmpty() ? method.getName() : declared.value();
        Type payload = payloadType(method);
        Class<?>[] parameters = method.getParameterTypes();
        return Task.reflected(id, payload, outputType(method))
                .options(options(declared).withSchedules(schedules(declared)))
                .run((value, run) -> unwrapped(call, arguments(parameters, value, run)));
    }

    private static @Nullable Object[] arguments(Class<?>[] parameters, @Nullable Object payload, RunContext run) {
        @Nullable Object[] arguments = new @Nullable Object[parameters.length];
        for (int i = 0; i < parameters.length; i++) {
            arguments[i] = parameters[i] == RunContext.class ? run : payload;
        }
        return arguments;
    }

    private static @Nullable Object unwrapped(Call call, @Nullable Object[] arguments) throws Exception {
        try {
            return call.with(arguments);
        } catch (InvocationTargetException e) {
            throw unwrapped(e);
        }
    }

    /** What was thrown; throws it itself if it is an error. */
    public static Exception unwrapped(InvocationTargetException e) {
        return switch (e.getCause()) {
            case Exception exception -> exception;
            case Error error -> throw error;
            case null, default -> e;
        };
    }

    private static Type payloadType(Method method) {
        List<Type> payloads = new ArrayList<>();
        for (Type parameter : method.getGenericParameterTypes()) {
            if (parameter != RunContext.class) {
                payloads.add(parameter);
            }
        }
        if (payloads.size() > 1 || method.getParameterCount() > payloads.size() + 1) {
            throw new IllegalArgumentException(
                    "a task takes one payload and one RunContext at most; gather the values in a record");
        }
        return payloads.isEmpty() ? Void.class : payloads.getFirst();
    }

    private static Type outputType(Method method) {
        return method.getReturnType() == void.class ? Void.class : method.getGenericReturnType();
    }

    private static Map<String, Schedule> schedules(AsTask declared) {
        if (declared.cron().length == 0) {
            if (!declared.zone().isEmpty()) {
                throw new IllegalArgumentException("the zone " + declared.zone() + " is of no use without cron");
            }
            return Map.of();
        }
        Schedule schedule = Schedule.cron(declared.cron());
        return Map.of("", declared.zone().isEmpty() ? schedule : schedule.zone(declared.zone()));
    }

    private static TaskOptions options(AsTask declared) {
        Timeout timeout = declared.timeout().isEmpty()
                ? Timeout.never()
                : new Timeout(Durations.parse(declared.timeout()), declared.timeoutFrom());
        return TaskOptions.defaults()
                .withDescription(declared.description())
                .withAliases(List.of(declared.aliases()))
                .withRetry(retry(declared))
                .withTimeout(timeout)
                .withTtl(declared.ttl().isEmpty() ? null : Durations.parse(declared.ttl()))
                .withMaxDuration(declared.maxDuration().isEmpty() ? null : Durations.parse(declared.maxDuration()))
                .withPlatformThread(declared.platformThread())
                .withErrors(List.of(declared.declares()))
                .withSchema(declared.schema().isEmpty() ? PayloadSchema.ofType() : PayloadSchema.of(declared.schema()))
                .withNodeTags(List.of(declared.nodeTags()))
                .withMachine(machine(declared.machine()))
                .withIsolated(declared.isolated())
                .withOnOutOfMemory(machine(declared.onOutOfMemory()));
    }

    /** Null if nothing is said of it. */
    private static @Nullable Retry retry(AsTask declared) {
        boolean counted = declared.attempts() != AsTask.UNSAID || declared.maxRetries() != AsTask.UNSAID;
        if (!counted && declared.delay().isEmpty()) {
            return null;
        }
        Retry retry = declared.delay().isEmpty() ? Retry.exponential() : Retry.fixed(Durations.parse(declared.delay()));
        retry = declared.attempts() == AsTask.UNSAID ? retry : retry.attempts(declared.attempts());
        return declared.maxRetries() == AsTask.UNSAID ? retry : retry.maxRetries(declared.maxRetries());
    }

    private static @Nullable Machine machine(String text) {
        return text.isEmpty() ? null : Machine.parse(text);
    }
}

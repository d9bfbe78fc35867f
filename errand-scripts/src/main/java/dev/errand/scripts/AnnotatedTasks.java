package dev.errand.scripts;

import dev.errand.AsTask;
import dev.errand.Durations;
import dev.errand.Retry;
import dev.errand.RunContext;
import dev.errand.Task;
import dev.errand.TaskOptions;
import dev.errand.Timeout;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the tasks that the classes of one file declare, and makes them. */
final class AnnotatedTasks {
    private final Path file;
    private final String source;
    private final Map<Class<?>, LazyInstance> instances = new HashMap<>();
    private final List<Task<?, ?>> tasks = new ArrayList<>();
    private final List<Diagnostic> diagnostics = new ArrayList<>();

    private AnnotatedTasks(Path file, String source) {
        this.file = file;
        this.source = source;
    }

    static LoadedFile find(Path file, String source, VersionLoader loader) {
        AnnotatedTasks found = new AnnotatedTasks(file, source);
        for (String name : new TreeSet<>(loader.names())) {
            found.addTasksOf(name, loader);
        }
        if (found.tasks.isEmpty() && found.diagnostics.isEmpty()) {
            return LoadedFile.broken(file, "declares no task: mark a method with @AsTask (import dev.errand.*)");
        }
        return found.diagnostics.isEmpty()
                ? LoadedFile.of(file, found.tasks)
                : LoadedFile.broken(file, found.diagnostics);
    }

    private void addTasksOf(String className, VersionLoader loader) {
        try {
            Arrays.stream(loader.loadClass(className).getDeclaredMethods())
                    .filter(method -> method.isAnnotationPresent(AsTask.class) && !method.isSynthetic())
                    .sorted(Comparator.comparing(Method::toGenericString))
                    .forEach(this::add);
        } catch (ClassNotFoundException | LinkageError e) {
            diagnostics.add(Diagnostic.of(file, "cannot be loaded: " + e));
        }
    }

    private void add(Method method) {
        try {
            Task<?, ?> task = task(method, method.getAnnotation(AsTask.class));
            for (Task<?, ?> other : tasks) {
                if (other.id().equalsIgnoreCase(task.id())) {
                    throw new IllegalArgumentException("two methods declare the task '%s'".formatted(task.id()));
                }
            }
            tasks.add(task);
        } catch (IllegalArgumentException e) {
            diagnostics.add(at(method, String.valueOf(e.getMessage())));
        }
    }

    private Task<?, ?> task(Method method, AsTask declared) {
        String id = declared.value().isEmpty() ? method.getName() : declared.value();
        return Task.reflected(id, payloadType(method), outputType(method))
                .options(options(declared))
                .run(MethodBody.of(method, instanceFor(method)))
                .withSource(file.toString());
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

    private static TaskOptions options(AsTask declared) {
        Retry retry = declared.delay().isEmpty() ? Retry.exponential() : Retry.fixed(Durations.parse(declared.delay()));
        Timeout timeout = declared.timeout().isEmpty()
                ? Timeout.never()
                : new Timeout(Durations.parse(declared.timeout()), declared.timeoutFrom());
        return TaskOptions.defaults()
                .withDescription(declared.description())
                .withAliases(List.of(declared.aliases()))
                .withRetry(retry.attempts(declared.attempts()))
                .withTimeout(timeout)
                .withTtl(declared.ttl().isEmpty() ? null : Durations.parse(declared.ttl()))
                .withPlatformThread(declared.platformThread());
    }

    private @Nullable LazyInstance instanceFor(Method method) {
        if (Modifier.isStatic(method.getModifiers())) {
            return null;
        }
        return instances.computeIfAbsent(method.getDeclaringClass(), LazyInstance::of);
    }

    /** The line of the method in the source; the file alone if a search for its name finds nothing. */
    private Diagnostic at(Method method, String reason) {
        int from = Math.max(0, source.indexOf("@AsTask"));
        Matcher name = Pattern.compile("\\b" + Pattern.quote(method.getName()) + "\\s*\\(")
                .matcher(source);
        if (!name.find(from)) {
            return Diagnostic.of(file, method.getName() + ": " + reason);
        }
        String before = source.substring(0, name.start());
        int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
        return new Diagnostic(file, line, name.start() - before.lastIndexOf('\n'), method.getName() + ": " + reason);
    }
}

package dev.errand.scripts;

import dev.errand.AsTask;
import dev.errand.Task;
import dev.errand.spi.MethodTask;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
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
        @Nullable LazyInstance instance = instanceFor(method);
        method.setAccessible(true);
        return MethodTask.of(method, declared, arguments -> method.invoke(target(instance), arguments))
                .withSource(file.toString())
                .withPlace(JavaTasks.in(file, source));
    }

    /** Null for a static method. */
    private static @Nullable Object target(@Nullable LazyInstance instance) throws Exception {
        return instance == null ? null : instance.get();
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

package dev.errand.cli.serve;

import dev.errand.Task;
import dev.errand.TaskProvider;
import dev.errand.cli.console.UsageException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.jar.JarFile;

/**
 * Loads the tasks of an application: those of the {@link TaskProvider}s that its jar names. Its classes, and those of the jars in its manifest's Class-Path,
 * are loaded beside those of other applications; what this program has itself comes from this program.
 */
final class JarTasks {
    private JarTasks() {}

    /** @throws UsageException if there are none; the message says why */
    static List<Task<?, ?>> in(Path jar) {
        check(jar);
        try {
            return found(jar);
        } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
            throw new UsageException("the tasks of %s cannot be loaded: %s".formatted(jar, reason(e)));
        }
    }

    private static void check(Path jar) {
        if (!Files.isRegularFile(jar)) {
            throw new UsageException("no jar %s to load tasks from".formatted(jar));
        }
        try (JarFile opened = new JarFile(jar.toFile())) {
            if (opened.getEntry("META-INF/services/" + TaskProvider.class.getName()) == null) {
                throw new UsageException("%s names no task provider in META-INF/services/%s"
                        .formatted(jar, TaskProvider.class.getName()));
            }
        } catch (IOException e) {
            throw new UsageException("%s is no jar: %s".formatted(jar, e.getMessage()));
        }
    }

    private static List<Task<?, ?>> found(Path jar) {
        List<Task<?, ?>> tasks = new ArrayList<>();
        for (TaskProvider provider : ServiceLoader.load(TaskProvider.class, loader(jar))) {
            provider.tasks().forEach(task -> tasks.add(task.withSource(jar.toString())));
        }
        return tasks;
    }

    /** Stays open as long as this program runs: bodies load classes when they first need them. */
    private static ClassLoader loader(Path jar) {
        try {
            URL url = jar.toAbsolutePath().toUri().toURL();
            return new URLClassLoader(new URL[] {url}, JarTasks.class.getClassLoader());
        } catch (MalformedURLException e) {
            throw new UsageException("%s has no address: %s".formatted(jar, e.getMessage()));
        }
    }

    private static String reason(Throwable error) {
        Throwable cause = error.getCause();
        return cause == null ? error.toString() : error.getMessage() + ": " + cause;
    }
}

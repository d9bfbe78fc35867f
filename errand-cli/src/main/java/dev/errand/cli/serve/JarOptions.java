package dev.errand.cli.serve;

import dev.errand.Task;
import dev.errand.cli.console.Console;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Of commands that execute runs: the applications whose tasks they execute. */
final class JarOptions {
    @Option(
            names = "--jar",
            paramLabel = "FILE",
            description = "An application's jar to execute runs of, which names its task provider; again for more.")
    private List<Path> jars = new ArrayList<>();

    /** Whether any is given. */
    boolean any() {
        return !jars.isEmpty();
    }

    /**
     * Their tasks, which are told on standard error.
     *
     * @throws dev.errand.cli.console.UsageException if one cannot be loaded
     */
    List<Task<?, ?>> load(Console console) {
        List<Task<?, ?>> all = new ArrayList<>();
        for (Path jar : jars) {
            List<Task<?, ?>> tasks = JarTasks.in(jar);
            console.note(
                    "%s loaded: %s".formatted(jar, tasks.stream().map(Task::id).collect(Collectors.joining(", "))));
            all.addAll(tasks);
        }
        return all;
    }
}

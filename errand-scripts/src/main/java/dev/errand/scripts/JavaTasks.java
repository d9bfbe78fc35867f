package dev.errand.scripts;

import dev.errand.Task;
import dev.errand.spi.TaskFinder;
import dev.errand.spi.TaskPlace;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Finds tasks of {@code .java} files in another process: the version that was registered, whatever the file holds by now. */
public final class JavaTasks implements TaskFinder {
    /** Called by whoever looks for a task. */
    public JavaTasks() {}

    static TaskPlace in(Path file, String source) {
        return new TaskPlace(JavaTasks.class, file + "\n" + source);
    }

    @Override
    public Task<?, ?> find(String text, String id) {
        int end = text.indexOf('\n');
        return found(JavaFile.load(Path.of(text.substring(0, end)), text.substring(end + 1)), id);
    }

    /** One of a file's tasks. */
    static Task<?, ?> found(LoadedFile file, String id) {
        List<Task<?, ?>> tasks = file.tasks();
        return tasks.stream()
                .filter(task -> task.id().equalsIgnoreCase(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "%s declares no task %s: %s".formatted(file.file(), id, problems(file))));
    }

    private static String problems(LoadedFile file) {
        return file.isBroken()
                ? file.diagnostics().stream().map(Diagnostic::toString).collect(Collectors.joining("; "))
                : file.tasks().toString();
    }
}

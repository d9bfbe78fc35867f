package dev.errand.cli.run;

import dev.errand.Task;
import dev.errand.cli.console.Similar;
import dev.errand.cli.console.UsageException;
import dev.errand.scripts.Diagnostic;
import dev.errand.scripts.TaskFiles;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which task is meant by what was typed: that of a file, or one in the folder {@code tasks}.
 *
 * @param target a path or a task's id
 * @param id which of the file's tasks; null if it has only one
 */
record TaskChoice(String target, @Nullable String id) {
    Task<?, ?> task() {
        Optional<Path> file = file();
        return file.isPresent() ? inFile(file.get()) : inFolder();
    }

    /** The file, if a file is meant: there is one, or it looks like one. */
    private Optional<Path> file() {
        try {
            Path path = Path.of(target);
            boolean meant = Files.exists(path) || path.getNameCount() > 1 || target.matches(".+\\.[a-zA-Z]{1,5}");
            return meant ? Optional.of(path) : Optional.empty();
        } catch (InvalidPathException e) {
            throw new UsageException("'%s' names neither a file nor a task".formatted(target));
        }
    }

    private Task<?, ?> inFile(Path file) {
        TaskFiles files = TaskFiles.load(file);
        if (!files.diagnostics().isEmpty()) {
            throw new UsageException(print(files.diagnostics()));
        }
        List<Task<?, ?>> tasks = files.tasks();
        if (id != null) {
            return find(tasks, id)
                    .orElseThrow(
                            () -> new UsageException("no task '%s' in %s; it has %s".formatted(id, file, ids(tasks))));
        }
        if (tasks.size() > 1) {
            throw new UsageException("%s has several tasks; say which with --task: %s".formatted(file, ids(tasks)));
        }
        return tasks.getFirst();
    }

    private Task<?, ?> inFolder() {
        Path folder = TaskFiles.DEFAULT_FOLDER;
        if (!Files.isDirectory(folder)) {
            throw new UsageException(
                    "no file '%s', and no folder %s here with a task of that name".formatted(target, folder));
        }
        TaskFiles files = TaskFiles.folder(folder);
        return find(files.tasks(), target).orElseThrow(() -> notFound(files, folder));
    }

    private UsageException notFound(TaskFiles files, Path folder) {
        if (!files.diagnostics().isEmpty()) {
            return new UsageException("no task '%s' in the folder %s, but there is an error in it: %s"
                    .formatted(target, folder, print(files.diagnostics())));
        }
        List<String> names = files.tasks().stream().map(Task::id).toList();
        List<String> similar = Similar.to(target, names);
        return new UsageException("no task '%s' in the folder %s; %s"
                .formatted(
                        target,
                        folder,
                        similar.isEmpty()
                                ? "it has " + ids(files.tasks())
                                : "did you mean " + String.join(" or ", similar) + "?"));
    }

    private static Optional<Task<?, ?>> find(List<Task<?, ?>> tasks, String name) {
        return tasks.stream()
                .filter(task -> task.id().equalsIgnoreCase(name)
                        || task.options().aliases().stream().anyMatch(name::equalsIgnoreCase))
                .findFirst();
    }

    private static String ids(List<Task<?, ?>> tasks) {
        return tasks.isEmpty() ? "none" : tasks.stream().map(Task::id).collect(Collectors.joining(", "));
    }

    private static String print(List<Diagnostic> diagnostics) {
        String first = diagnostics.getFirst().toString();
        int more = diagnostics.size() - 1;
        return more == 0 ? first : String.format(Locale.ROOT, "%s (and %d more)", first, more);
    }
}

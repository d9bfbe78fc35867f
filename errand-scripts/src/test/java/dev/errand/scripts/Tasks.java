package dev.errand.scripts;

import dev.errand.RunContext;
import dev.errand.Task;
import dev.errand.TaskBody;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes task files and runs the tasks loaded from them, without an engine. */
final class Tasks {
    private Tasks() {}

    static Path write(Path folder, String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    static Path script(Path folder, String name, String text) throws IOException {
        Path file = write(folder, name, text);
        if (!file.toFile().setExecutable(true)) {
            throw new IOException("cannot make " + file + " executable");
        }
        return file;
    }

    /** The one task of a file that must be without fault. */
    static Task<?, ?> only(Path file) {
        TaskFiles files = TaskFiles.load(file);
        if (!files.diagnostics().isEmpty() || files.tasks().size() != 1) {
            throw new AssertionError("expected one task, got " + files);
        }
        return files.tasks().getFirst();
    }

    static @Nullable Object run(Task<?, ?> task, @Nullable Object payload) throws Exception {
        return run(task, payload, new RecordedRun());
    }

    @SuppressWarnings("unchecked")
    static @Nullable Object run(Task<?, ?> task, @Nullable Object payload, RunContext run) throws Exception {
        return ((TaskBody<@Nullable Object, @Nullable Object>) task.body()).run(payload, run);
    }

    static List<String> reasons(TaskFiles files) {
        return files.diagnostics().stream().map(Diagnostic::toString).toList();
    }
}

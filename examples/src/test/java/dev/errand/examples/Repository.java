package dev.errand.examples;

import dev.errand.Errand;
import dev.errand.scripts.TaskFiles;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the examples are, from wherever the tests are started. */
final class Repository {
    static final Path EXAMPLES = Files.isDirectory(Path.of("examples/tasks")) ? Path.of("examples") : Path.of("");
    static final Path TASKS = EXAMPLES.resolve("tasks");
    static final Path DATA = EXAMPLES.resolve("data");

    private Repository() {}

    /** An engine on a file, with one of the examples. */
    static Errand open(Path store, String example) {
        TaskFiles files = TaskFiles.load(TASKS.resolve(example));
        if (!files.diagnostics().isEmpty()) {
            throw new IllegalStateException(files.diagnostics().toString());
        }
        return Errand.builder()
                .store("jdbc:sqlite:" + store)
                .tasks(files.tasks())
                .open();
    }
}

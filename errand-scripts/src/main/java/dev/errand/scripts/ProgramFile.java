package dev.errand.scripts;

import dev.errand.Json;
import dev.errand.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A task file that is a program: anything the operating system can execute. */
final class ProgramFile {
    private ProgramFile() {}

    static LoadedFile load(Path file) throws IOException {
        ProgramHeader header = ProgramHeader.read(file);
        ProgramSettings settings = new ProgramSettings(header);
        if (!settings.diagnostics().isEmpty()) {
            return LoadedFile.broken(file, settings.diagnostics());
        }
        String id = header.value("id").orElseGet(() -> FileTree.stem(file));
        try {
            Task<?, ?> task = Task.reflected(id, Json.class, Json.class)
                    .options(settings.options())
                    .run(new ProgramBody(file.toAbsolutePath(), settings.grace()))
                    .withSource(file.toString())
                    .withPlace(ProgramTasks.in(file));
            return LoadedFile.of(file, List.of(task));
        } catch (IllegalArgumentException e) {
            return LoadedFile.broken(file, e.getMessage() + "; name the task in a line such as # errand: id=…");
        }
    }
}

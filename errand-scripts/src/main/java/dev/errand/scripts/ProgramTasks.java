package dev.errand.scripts;

import dev.errand.Task;
import dev.errand.spi.TaskFinder;
import dev.errand.spi.TaskPlace;
import java.io.IOException;
import java.nio.file.Path;

/** Finds tasks that are programs in another process. */
public final class ProgramTasks implements TaskFinder {
    /** Called by whoever looks for a task. */
    public ProgramTasks() {}

    static TaskPlace in(Path file) {
        return new TaskPlace(ProgramTasks.class, file.toString());
    }

    @Override
    public Task<?, ?> find(String file, String id) throws IOException {
        return JavaTasks.found(ProgramFile.load(Path.of(file)), id);
    }
}

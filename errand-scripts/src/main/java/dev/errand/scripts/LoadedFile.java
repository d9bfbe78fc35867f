package dev.errand.scripts;

import dev.errand.Task;
import java.nio.file.Path;
import java.util.List;

/** What became of one file: its tasks, or, if anything is wrong with it, none of them and what that is. */
record LoadedFile(Path file, List<Task<?, ?>> tasks, List<Diagnostic> diagnostics) {
    LoadedFile {
        tasks = List.copyOf(tasks);
        diagnostics = List.copyOf(diagnostics);
    }

    static LoadedFile of(Path file, List<Task<?, ?>> tasks) {
        return new LoadedFile(file, tasks, List.of());
    }

    static LoadedFile broken(Path file, List<Diagnostic> diagnostics) {
        return new LoadedFile(file, List.of(), diagnostics);
    }

    static LoadedFile broken(Path file, String reason) {
        return broken(file, List.of(Diagnostic.of(file, reason)));
    }

    /** A file that is no task and does not look as if it were meant to be one. */
    static LoadedFile none(Path file) {
        return new LoadedFile(file, List.of(), List.of());
    }

    boolean isBroken() {
        return !diagnostics.isEmpty();
    }
}

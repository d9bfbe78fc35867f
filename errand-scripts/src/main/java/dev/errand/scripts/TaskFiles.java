package dev.errand.scripts;

import dev.errand.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Tasks loaded from files: {@code .java} sources whose methods are marked {@link dev.errand.AsTask}, and programs, which are files
 * with the execute bit. A file with anything wrong in it gives no task but says what is wrong; the others load all the same.
 *
 * @param tasks in the order of their files, by id within a file
 * @param diagnostics what is wrong, in the same order; empty if all is well
 */
public record TaskFiles(List<Task<?, ?>> tasks, List<Diagnostic> diagnostics) {
    /** The folder that is loaded when none is named: {@code tasks}. */
    public static final Path DEFAULT_FOLDER = Path.of("tasks");

    public TaskFiles {
        tasks = List.copyOf(tasks);
        diagnostics = List.copyOf(diagnostics);
    }

    /**
     * Loads one file.
     *
     * @throws TaskPathException if the path names nothing, a folder, or several files by a wildcard
     */
    public static TaskFiles load(Path file) {
        TaskPaths.checkFile(file);
        LoadedFile loaded = FileLoader.load(file);
        if (loaded.tasks().isEmpty() && !loaded.isBroken()) {
            loaded = LoadedFile.broken(
                    file, "is no task file: neither a .java source nor executable. For a script: chmod +x " + file);
        }
        return new TaskFiles(loaded.tasks(), loaded.diagnostics());
    }

    /** Loads the {@linkplain #DEFAULT_FOLDER default folder}; see {@link #folder(Path)}. */
    public static TaskFiles folder() {
        return folder(DEFAULT_FOLDER);
    }

    /**
     * Loads a folder and all folders in it, in the order of their names. Files and folders whose names begin with a dot and what
     * editors leave behind are skipped, files that are no tasks are ignored.
     *
     * @throws TaskPathException if there is no such folder
     * @throws UncheckedIOException if it cannot be read
     */
    public static TaskFiles folder(Path folder) {
        TaskPaths.checkFolder(folder);
        try {
            List<LoadedFile> files =
                    FileTree.of(folder).files().stream().map(FileLoader::load).toList();
            Catalog catalog = Catalog.of(files);
            return new TaskFiles(catalog.tasks(), catalog.diagnostics(files));
        } catch (IOException e) {
            throw new UncheckedIOException("The folder " + folder + " cannot be read: " + e.getMessage(), e);
        }
    }
}

package dev.errand.scripts;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What happened to a file of a watched folder, after the engine was told. */
public sealed interface FolderEvent {
    /** The file, as it is reached from the watched folder's path. */
    Path file();

    /** Its tasks are new to the engine. */
    record Loaded(Path file, List<String> tasks) implements FolderEvent {}

    /**
     * The file changed, and runs that start from now on get the new version.
     *
     * @param took from the first sign of the change until now
     */
    record Reloaded(Path file, List<String> tasks, Duration took) implements FolderEvent {}

    /** These of its tasks are no longer declared, or the file is gone. Their runs wait for the tasks to come back. */
    record Withdrawn(Path file, List<String> tasks) implements FolderEvent {}

    /** Something is wrong with it. A version that was loaded before stays in use. */
    record Broken(Path file, List<Diagnostic> diagnostics) implements FolderEvent {}
}

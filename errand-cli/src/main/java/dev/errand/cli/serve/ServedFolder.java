package dev.errand.cli.serve;

import dev.errand.Errand;
import dev.errand.cli.console.Console;
import dev.errand.cli.console.UsageException;
import dev.errand.scripts.Diagnostic;
import dev.errand.scripts.FolderEvent;
import dev.errand.scripts.TaskFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A folder of task files that a service follows, or none. What becomes of its files is told on standard error. */
final class ServedFolder {
    private final Console console;
    private final @Nullable Path folder;

    /** @throws UsageException if there is no such folder */
    ServedFolder(Console console, @Nullable Path folder) {
        this.console = console;
        this.folder = folder;
        if (folder != null && !Files.isDirectory(folder)) {
            throw new UsageException(
                    "no folder %s; name another with --tasks, or make a sample with: errand init".formatted(folder));
        }
    }

    /** Loads it into the engine and follows it until the service ends. */
    void follow(Errand errand, Service service) {
        if (folder != null) {
            TaskFolder watched = TaskFolder.watch(folder, errand, this::tell);
            service.then(watched::close);
        }
    }

    private void tell(FolderEvent event) {
        switch (event) {
            case FolderEvent.Loaded(var file, var tasks) ->
                console.note("%s loaded: %s".formatted(file, String.join(", ", tasks)));
            case FolderEvent.Reloaded(var file, var tasks, var _) ->
                console.note("%s reloaded: %s".formatted(file, String.join(", ", tasks)));
            case FolderEvent.Withdrawn(var file, var tasks) ->
                console.note("%s withdrawn: %s".formatted(file, String.join(", ", tasks)));
            case FolderEvent.Broken(var file, var diagnostics) ->
                diagnostics.stream().map(Diagnostic::toString).forEach(console::note);
        }
    }
}

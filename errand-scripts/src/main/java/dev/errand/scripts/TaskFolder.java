package dev.errand.scripts;

import dev.errand.Errand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a running engine in step with a folder of task files: what is saved there is what runs, within 200 ms.
 *
 * <ul>
 *   <li>A run keeps the version it started with; the next attempt that starts gets the new one.
 *   <li>A file that does not compile is reported, and its last good version stays in use.
 *   <li>A file that is removed takes its tasks with it; their runs wait until the tasks come back.
 * </ul>
 */
public final class TaskFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TaskFolder.class);
    private static final Duration FOREVER = Duration.ofDays(1000);
    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

    private final FolderContents contents;
    private final FolderSignals signals;
    private final DeployedTasks tasks;
    private final Consumer<FolderEvent> listener;
    private final Thread thread;

    private TaskFolder(FolderContents contents, FolderSignals signals, Errand errand, Consumer<FolderEvent> listener) {
        this.contents = contents;
        this.signals = signals;
        this.tasks = new DeployedTasks(errand);
        this.listener = listener;
        this.thread = Thread.ofPlatform().daemon().name("errand-task-folder").unstarted(this::keepInStep);
    }

    /**
     * Loads the folder into the engine, then follows its changes until it is closed.
     *
     * @param listener hears what happened to each file: the first load on the calling thread, before this returns, later changes on
     *     a thread of the folder's. An exception it throws is logged
     * @throws TaskPathException if there is no such folder
     * @throws UncheckedIOException if it cannot be read
     */
    public static TaskFolder watch(Path folder, Errand errand, Consumer<FolderEvent> listener) {
        return watch(folder, errand, listener, false);
    }

    static TaskFolder watch(Path folder, Errand errand, Consumer<FolderEvent> listener, boolean polling) {
        TaskPaths.checkFolder(folder);
        try {
            FolderSignals signals = new FolderSignals(folder, polling);
            TaskFolder watched = new TaskFolder(new FolderContents(folder), signals, errand, listener);
            watched.look(System.nanoTime());
            watched.thread.start();
            return watched;
        } catch (IOException e) {
            throw new UncheckedIOException("The folder " + folder + " cannot be watched: " + e.getMessage(), e);
        }
    }

    private void keepInStep() {
        while (true) {
            try {
                look(signals.await(tasks.isBehind() ? TRY_AGAIN : FOREVER));
            } catch (InterruptedException | ClosedWatchServiceException e) {
                return;
            } catch (IOException | RuntimeException e) {
                LOG.atWarn().setCause(e).log("A change of the task folder could not be followed");
            }
        }
    }

    private void look(long since) throws IOException {
        List<LoadedFile> broken = contents.refresh(signals::listen);
        broken.forEach(file -> tell(new FolderEvent.Broken(file.file(), file.diagnostics())));
        tasks.follow(Catalog.of(contents.versions(), tasks.entries()), since).forEach(this::tell);
    }

    private void tell(FolderEvent event) {
        try {
            listener.accept(event);
        } catch (RuntimeException e) {
            LOG.atWarn().addKeyValue("event", event).setCause(e).log("The listener of a task folder failed");
        }
    }

    /** Stops following. The engine keeps the tasks it has. */
    @Override
    public void close() {
        try {
            signals.close();
            thread.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.errand.scripts;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when it is worth looking at a folder again. The operating system tells us; where it cannot (the watch service of macOS only
 * polls, and slowly; Linux limits the number of watches), it is worth it every 100 ms.
 */
final class FolderSignals implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FolderSignals.class);
    private static final WatchEvent.Kind<?>[] ALL = {
        StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY, StandardWatchEventKinds.ENTRY_DELETE
    };
    private static final Duration POLL = Duration.ofMillis(100);
    /** One save is up to three events in a row. */
    private static final Duration QUIET = Duration.ofMillis(30);

    private static final Duration LONGEST_BUSY = Duration.ofMillis(100);

    private final Path root;
    private final WatchService watcher;
    private boolean polling;

    /** @param polling whether to poll in any case */
    FolderSignals(Path root, boolean polling) throws IOException {
        this.root = root.toAbsolutePath();
        this.watcher = root.getFileSystem().newWatchService();
        this.polling = polling || watcher.getClass().getSimpleName().contains("Polling");
        // What becomes of the folder itself is an event of the folder it stands in.
        Path parent = this.root.getParent();
        if (parent != null) {
            listen(parent);
        }
    }

    /** Listens to a folder as well; to be called again at each look, since folders come and go. */
    void listen(Path folder) {
        if (polling) {
            return;
        }
        try {
            folder.toAbsolutePath().register(watcher, ALL);
        } catch (NoSuchFileException e) {
            LOG.atDebug().addKeyValue("folder", folder).log("A folder went as fast as it came");
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("folder", folder).setCause(e).log("Cannot watch a folder; looking every 100 ms");
            polling = true;
        }
    }

    /**
     * Waits for a sign of a change, and until the signs pause.
     *
     * @param longest after so long a look is worth it anyway
     * @return when the first sign came, in the terms of {@link System#nanoTime}
     * @throws java.nio.file.ClosedWatchServiceException when this was closed
     */
    long await(Duration longest) throws InterruptedException {
        long deadline = System.nanoTime() + (polling ? POLL : longest).toNanos();
        @Nullable WatchKey key;
        do {
            key = watcher.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } while (key != null && !isOfInterest(key));
        long first = System.nanoTime();
        while (key != null) {
            boolean busyForLong = System.nanoTime() - first > LONGEST_BUSY.toNanos();
            key = busyForLong ? null : watcher.poll(QUIET.toMillis(), TimeUnit.MILLISECONDS);
            if (key != null) {
                isOfInterest(key);
            }
        }
        return first;
    }

    /** Takes the events of a folder. Of the folder that holds ours only those that concern ours are of interest. */
    private boolean isOfInterest(WatchKey key) {
        boolean inside = key.watchable() instanceof Path folder && folder.startsWith(root);
        boolean ofInterest = inside;
        for (WatchEvent<?> event : key.pollEvents()) {
            ofInterest |= event.context() == null || event.context().equals(root.getFileName());
        }
        key.reset();
        return ofInterest;
    }

    @Override
    public void close() throws IOException {
        watcher.close();
    }
}

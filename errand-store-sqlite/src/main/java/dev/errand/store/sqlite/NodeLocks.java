package dev.errand.store.sqlite;

import dev.errand.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes live: each holds a lock of the operating system on a file of its own, which goes with its process, however that ends. No
 * lease, no clock, and a stopped or starved process is never taken for dead.
 *
 * <p>A process loses its POSIX locks on a file when it closes <em>any</em> channel of it, so files whose locks this JVM holds are
 * remembered and never opened a second time; their nodes live as long as they are remembered.
 */
final class NodeLocks {
    private static final Map<Path, FileChannel> HELD = new HashMap<>();

    private final Path folder;

    NodeLocks(Path folder) {
        this.folder = folder;
    }

    /** Makes the node a living one. Nothing if it is already. */
    void take(long node) {
        Path file = file(node);
        synchronized (HELD) {
            if (HELD.containsKey(file)) {
                return;
            }
            try {
                Files.createDirectories(folder);
                HELD.put(file, locked(file));
            } catch (IOException e) {
                throw new StoreException("No lock for this node in " + folder + ": " + e.getMessage(), e);
            }
        }
    }

    private static FileChannel locked(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            channel.close();
            throw new IOException(file + " is locked by another process");
        }
        return channel;
    }

    boolean isAlive(long node) {
        Path file = file(node);
        synchronized (HELD) {
            return HELD.containsKey(file) || isLockedByAnother(file);
        }
    }

    private static boolean isLockedByAnother(Path file) {
        if (!Files.exists(file)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock == null;
        } catch (IOException e) {
            // Not to be told: better a dead node counts as alive for a while than a living one as dead.
            return Files.exists(file);
        }
    }

    /** Whether this process still holds the lock, and its file is still there to be seen by others. */
    boolean isHeld(long node) {
        synchronized (HELD) {
            return HELD.containsKey(file(node)) && Files.exists(file(node));
        }
    }

    /** Lets go, as the death of this process would. */
    void drop(long node) {
        synchronized (HELD) {
            close(HELD.remove(file(node)));
        }
    }

    private static void close(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // The lock is gone all the same.
        }
    }

    /** Removes the file of a node that is no more. */
    void forget(long node) {
        drop(node);
        try {
            Files.deleteIfExists(file(node));
        } catch (IOException e) {
            // An empty file stays; its number is never given again.
        }
    }

    private Path file(long node) {
        return folder.resolve(node + ".lock");
    }
}

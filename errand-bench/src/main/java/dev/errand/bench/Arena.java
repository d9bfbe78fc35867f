package dev.errand.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder of fresh database files beside the store that was named, so on the same disk; that store is never touched. The folder
 * is deleted in the end, also when the process is told to stop.
 */
final class Arena implements AutoCloseable {
    static final String PREFIX = "jdbc:sqlite:";

    private final Path folder;
    private final Thread atExit = new Thread(this::delete, "errand-bench-cleanup");
    private int files;

    private Arena(Path folder) {
        this.folder = folder;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /**
     * Makes the folder.
     *
     * @throws IllegalArgumentException if the URL names no SQLite file, or its disk has less room than is needed
     */
    static Arena beside(String url, long bytesNeeded) {
        Path store = file(url);
        Path parent = store.toAbsolutePath().getParent();
        try {
            Files.createDirectories(parent);
            Arena arena = new Arena(Files.createTempDirectory(parent, "bench-"));
            arena.requireRoom(bytesNeeded);
            return arena;
        } catch (IOException e) {
            throw new UncheckedIOException("No folder for the benchmark can be made in " + parent, e);
        }
    }

    private static Path file(String url) {
        String name = url.startsWith(PREFIX) ? url.substring(PREFIX.length()) : "";
        int options = name.indexOf('?');
        name = options < 0 ? name : name.substring(0, options);
        if (name.isEmpty() || name.startsWith(":")) {
            throw new IllegalArgumentException(
                    "The benchmark measures SQLite files, and '%s' is none; one looks like jdbc:sqlite:.errand/errand.db"
                            .formatted(url));
        }
        return Path.of(name);
    }

    private void requireRoom(long bytes) throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < bytes) {
            close();
            throw new IllegalArgumentException("The benchmark needs %,d MB on the disk of %s, which has %,d MB free"
                    .formatted(bytes >> 20, folder.getParent(), free >> 20));
        }
    }

    /** A file that does not exist yet. Those given out before stay. */
    Path fresh() {
        files++;
        return folder.resolve(files + ".db");
    }

    /** Deletes all files given out so far, with what lies beside them; nobody may have them open. */
    void clear() {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                if (!path.equals(folder)) {
                    Files.deleteIfExists(path);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The benchmark's files in " + folder + " cannot be deleted", e);
        }
    }

    static String url(Path file) {
        return PREFIX + file;
    }

    /** The bytes of a database with its log. */
    static long size(Path file) {
        long bytes = 0;
        for (String suffix : List.of("", "-wal")) {
            bytes += file.resolveSibling(file.getFileName() + suffix).toFile().length();
        }
        return bytes;
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        delete();
    }

    private void delete() {
        clear();
        if (!folder.toFile().delete()) {
            throw new IllegalStateException("The benchmark's folder " + folder + " cannot be deleted");
        }
    }
}

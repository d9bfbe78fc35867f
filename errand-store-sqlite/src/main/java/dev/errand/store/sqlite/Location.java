package dev.errand.store.sqlite;

import dev.errand.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * Where the database lies.
 *
 * @param file absolute
 * @param temporary whether it is private to this process and goes when the store is closed
 */
record Location(Path file, boolean temporary) {
    static final String PREFIX = "jdbc:sqlite:";

    /** File systems of other machines: their locks and shared memory do not hold what SQLite's WAL needs. */
    private static final Set<String> REMOTE =
            Set.of("nfs", "nfs4", "cifs", "smbfs", "smb2", "smb3", "afs", "9p", "ceph", "glusterfs", "fuse.sshfs");

    static Location of(String url) {
        String path = url.substring(PREFIX.length());
        if (path.equals(":memory:")) {
            return inMemory();
        }
        if (path.isBlank() || path.startsWith("file:") || path.contains("?")) {
            throw new StoreException("'" + url + "' names no file; write for example jdbc:sqlite:errand.db");
        }
        try {
            return new Location(Path.of(path).toAbsolutePath().normalize(), false);
        } catch (InvalidPathException e) {
            throw new StoreException("'" + path + "' cannot be the name of a file: " + e.getReason(), e);
        }
    }

    private static Location inMemory() {
        try {
            return new Location(Files.createTempDirectory("errand").resolve("errand.db"), true);
        } catch (IOException e) {
            throw new StoreException("No room for a temporary database in " + System.getProperty("java.io.tmpdir"), e);
        }
    }

    String url() {
        return temporary ? PREFIX + ":memory:" : PREFIX + file;
    }

    /** Where nodes keep their locks. */
    Path nodes() {
        return file.resolveSibling(file.getFileName() + "-nodes");
    }

    /** Sees to it that a database can live here, with a helpful word if not. */
    void check() {
        Path folder = file.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new StoreException(
                    "There is no folder " + folder + " for the database " + file + "; create it first");
        }
        if (Files.isDirectory(file)) {
            throw new StoreException(
                    file + " is a folder; name a file in it, for example " + file.resolve("errand.db"));
        }
        if (!Files.isWritable(folder)) {
            throw new StoreException(
                    "The folder " + folder + " cannot be written; SQLite keeps its log beside the database");
        }
        if (Files.exists(file) && !Files.isWritable(file)) {
            throw new StoreException("The database " + file + " cannot be written; change its permissions or owner");
        }
        refuseRemote(folder);
    }

    private void refuseRemote(Path folder) {
        String type;
        try {
            type = Files.getFileStore(folder).type().toLowerCase(Locale.ROOT);
        } catch (IOException e) {
            return;
        }
        if (REMOTE.contains(type)) {
            throw new StoreException("The database " + file + " lies on a network file system (" + type
                    + "), whose locks SQLite cannot trust; choose a local disk, or PostgreSQL for several machines");
        }
    }
}

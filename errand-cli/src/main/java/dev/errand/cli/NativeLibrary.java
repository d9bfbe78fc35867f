package dev.errand.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * SQLite's native library for this machine. Left alone, the driver finds out anew in each process which one that is, for which it
 * starts another process, and unpacks it into the temporary folder: more work than most commands are. The launcher tells it where
 * the library lies instead; where there is none, the driver helps itself.
 */
final class NativeLibrary {
    private NativeLibrary() {}

    /** Unpacks it into the folder, unless it is there. */
    static void unpack(Path folder) throws IOException {
        String name = LibraryLoaderUtil.getNativeLibName();
        Path library = folder.resolve(name);
        if (Files.exists(library)) {
            return;
        }
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
        try (@Nullable InputStream packed = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
            if (packed == null) {
                return;
            }
            Files.createDirectories(folder);
            Path part = Files.createTempFile(folder, name, ".part");
            Files.copy(packed, part, StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, library, StandardCopyOption.ATOMIC_MOVE);
        }
    }
}

package dev.errand.cli.console;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * Keeps SQLite's native library in the cache folder. Left alone, the driver unpacks it anew into the temporary folder for each
 * process, which takes longer than most commands.
 */
final class NativeLibrary {
    private static final String PATH = "org.sqlite.lib.path";

    private NativeLibrary() {}

    /** Unpacks it if need be and tells the driver where it is. Where that cannot be done, the driver helps itself as usual. */
    static void prepare() {
        if (System.getProperty(PATH) != null) {
            return;
        }
        String place = LibraryLoaderUtil.getNativeLibResourcePath();
        String name = LibraryLoaderUtil.getNativeLibName();
        Path folder = Cache.folder()
                .resolve("sqlite-" + SQLiteJDBCLoader.getVersion() + place.replace("/org/sqlite/native", ""));
        try {
            if (Files.exists(folder.resolve(name)) || unpack(place + "/" + name, folder, name)) {
                System.setProperty(PATH, folder.toString());
            }
        } catch (IOException e) {
            // No cache then.
        }
    }

    private static boolean unpack(String resource, Path folder, String name) throws IOException {
        try (@Nullable InputStream library = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
            if (library == null) {
                return false;
            }
            Files.createDirectories(folder);
            Path part = Files.createTempFile(folder, name, ".part");
            try {
                Files.copy(library, part, StandardCopyOption.REPLACE_EXISTING);
                Files.move(part, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(part);
            }
            return true;
        }
    }
}

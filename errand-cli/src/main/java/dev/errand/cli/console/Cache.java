package dev.errand.cli.console;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where what can be made again is kept between commands: the user's folder for caches. */
public final class Cache {
    private Cache() {}

    public static Path folder() {
        @Nullable String xdg = System.getenv("XDG_CACHE_HOME");
        return xdg != null && !xdg.isEmpty()
                ? Path.of(xdg, "errand")
                : Path.of(System.getProperty("user.home"), ".cache", "errand");
    }
}

package dev.errand.cli.console;

import dev.errand.StoreException;
import dev.errand.store.StoreSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which store is meant.
 *
 * @param isDefault whether nobody named one
 */
public record StoreAddress(String url, boolean isDefault) {
    static final String VARIABLE = "ERRAND_STORE";

    private static final String SQLITE = "jdbc:sqlite:";
    private static final String POSTGRES = "jdbc:postgresql:";
    private static final String DEFAULT = SQLITE + ".errand/errand.db";

    /** The one given, else that of the environment, else the default. */
    public static StoreAddress of(@Nullable String given) {
        String url = given == null ? System.getenv(VARIABLE) : given;
        if (url == null || url.isBlank()) {
            return new StoreAddress(DEFAULT, true);
        }
        if (!url.startsWith("jdbc:")) {
            throw new UsageException(
                    "'%s' is no store; write for example jdbc:sqlite:errand.db or jdbc:postgresql://HOST/DATABASE"
                            .formatted(StoreSettings.shown(url)));
        }
        return new StoreAddress(url, false);
    }

    /** For messages: without a password. */
    public String shown() {
        return StoreSettings.shown(url);
    }

    /** How to open it for those who only read or steer: no tables are made. Of a file {@link #requireExisting} makes sure. */
    public Map<String, String> asItIs() {
        return migrating("off");
    }

    /** How to open it to have its tables made or brought up to date, whatever the URL says of that. */
    public Map<String, String> upToDate() {
        return migrating("on");
    }

    private Map<String, String> migrating(String whether) {
        return url.startsWith(POSTGRES) ? Map.of("migrate", whether) : Map.of();
    }

    /** The file of an SQLite store; empty for one in memory and for other stores. */
    public Optional<Path> file() {
        if (!url.startsWith(SQLITE)) {
            return Optional.empty();
        }
        String path = url.substring(SQLITE.length());
        int options = path.indexOf('?');
        path = options < 0 ? path : path.substring(0, options);
        if (path.isEmpty() || path.contains(":memory:")) {
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(path.startsWith("file:") ? path.substring("file:".length()) : path));
        } catch (InvalidPathException e) {
            throw new UsageException("'%s' names no file: %s".formatted(shown(), e.getReason()));
        }
    }

    /** Commands that only read or steer make no store by the way: whoever mistypes one wants to know. */
    public void requireExisting() {
        file().filter(Files::notExists).ifPresent(missing -> {
            throw new StoreException(
                    "no store at %s; errand run, dev and serve make one, --store or ERRAND_STORE name another, --server asks a server"
                            .formatted(missing));
        });
    }

    void makeDefaultFolder() {
        if (!isDefault) {
            return;
        }
        try {
            Files.createDirectories(file().orElseThrow().toAbsolutePath().getParent());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the folder .errand here: " + e.getMessage(), e);
        }
    }
}

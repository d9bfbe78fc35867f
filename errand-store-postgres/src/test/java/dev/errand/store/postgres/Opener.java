package dev.errand.store.postgres;

import dev.errand.store.Store;
import dev.errand.store.StoreSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/** A process that opens a store, making or migrating its tables, says so, and stays until it is let go. */
final class Opener {
    static final String OPEN = "open";

    private Opener() {}

    static Process start(String url) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Opener.class.getName(),
                        url)
                .redirectError(Redirect.INHERIT)
                .start();
    }

    /** Argument: the store's URL. */
    public static void main(String[] arguments) throws IOException {
        StoreSettings settings = new StoreSettings(arguments[0], null, Map.of(), Clock.systemUTC());
        try (Store store = new PostgresStoreProvider().open(settings)) {
            System.out.println(
                    store.health().problems().isEmpty() ? OPEN : store.health().problems());
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }
}

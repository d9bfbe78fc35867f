package dev.errand.cli;

import dev.errand.Errand;
import dev.errand.cli.console.Console;
import dev.errand.server.ErrandServer;
import dev.errand.server.ServerSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Prepares a build for fast starts: unpacks SQLite's native library, and shows the JVM what commands need. For that it runs the usual ones on a sample in a temporary folder. The launcher calls it once after a
 * build, and the JVM keeps the classes it saw, linked, in its AOT cache.
 */
final class Training {
    private Training() {}

    /** @param args the folder for SQLite's native library */
    public static void main(String[] args) throws IOException {
        NativeLibrary.unpack(Path.of(args[0]));
        Path folder = Files.createTempDirectory("errand-training");
        try {
            String store = "jdbc:sqlite:" + folder.resolve("errand.db");
            commands(folder, store).forEach(Training::execute);
            fromAfar(store);
        } finally {
            delete(folder);
        }
        System.exit(0);
    }

    private static void execute(List<String> command) {
        Console console = Console.to(OutputStream.nullOutputStream(), System.err);
        Main.execute(console, command.toArray(String[]::new));
        console.flush();
    }

    /** The same by way of a server. */
    private static void fromAfar(String store) throws IOException {
        ServerSettings settings = ServerSettings.standard().port(0).withoutKeys();
        try (Errand errand = Errand.builder().store(store).concurrency(0).open();
                ErrandServer server = ErrandServer.start(errand, settings)) {
            String url = server.uri().toString();
            execute(List.of("trigger", "hello", "--server", url, "--payload", "{}", "--delay", "1h"));
            execute(List.of("runs", "list", "--server", url));
        }
    }

    private static List<List<String>> commands(Path folder, String store) {
        return List.of(
                List.of("init", folder.toString()),
                List.of("run", folder + "/tasks/shout.sh", "--store", store, "--payload", "\"a\"", "--quiet"),
                List.of(
                        "run",
                        folder + "/tasks/Hello.java",
                        "--store",
                        store,
                        "--payload",
                        "{\"name\":\"b\"}",
                        "--quiet"),
                List.of("run", folder + "/tasks/Hello.java", "--store", store, "--json"),
                List.of("trigger", "hello", "--store", store, "--payload", "{}", "--delay", "1h"),
                List.of("tasks", "list", "--store", store),
                List.of("runs", "list", "--store", store),
                List.of("runs", "list", "--store", store, "--json"),
                List.of("nodes", "list", "--store", store),
                List.of("top", "--store", store),
                List.of("--help"));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}

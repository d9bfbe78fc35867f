package dev.errand.chaos;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Makes one process see another time of day than the machine has; its monotonic clock stays right. */
final class WrongClock {
    private static final String PACKAGE = "libfaketime";
    private static final String LIBRARY = "faketime/libfaketimeMT.so.1";
    private static final Path LIBRARIES = Path.of("/usr/lib");

    private WrongClock() {}

    /** Ends the test, loudly, where it cannot be done. */
    static void needs() {
        if (find().isEmpty()) {
            System.err.println("\n!!! SKIPPED: a node whose clock alone is wrong was not tested; it needs the package "
                    + PACKAGE + ": apt-get install " + PACKAGE + "\n");
            abort("needs " + PACKAGE);
        }
    }

    /** The environment for a process whose clock is wrong by so much. */
    static Map<String, String> by(Duration error) {
        return Map.of(
                "LD_PRELOAD",
                find().getFirst().toString(),
                "FAKETIME",
                "%+d".formatted(error.toSeconds()),
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1",
                "DONT_FAKE_MONOTONIC",
                "1");
    }

    private static List<Path> find() {
        try (Stream<Path> folders = Files.list(LIBRARIES)) {
            return folders.map(folder -> folder.resolve(LIBRARY))
                    .filter(Files::exists)
                    .toList();
        } catch (IOException e) {
            return List.of(); // another system than Linux
        }
    }
}

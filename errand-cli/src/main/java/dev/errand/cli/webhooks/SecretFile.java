package dev.errand.cli.webhooks;

import dev.errand.cli.console.Console;
import dev.errand.cli.console.UsageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** A secret that somebody else has given: from a file or standard input, since others on the machine see arguments. */
final class SecretFile {
    private SecretFile() {}

    static String read(Console console, String file) {
        try {
            String text = file.equals("-")
                    ? new String(console.in().readAllBytes(), StandardCharsets.UTF_8)
                    : Files.readString(Path.of(file));
            return text.strip();
        } catch (IOException | InvalidPathException e) {
            throw new UsageException("cannot read the secret from %s".formatted(file));
        }
    }
}

package dev.errand.cli.console;

import dev.errand.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** JSON as an argument: itself, {@code @FILE} to read it from a file, or {@code -} from standard input. */
public final class JsonArgument {
    private JsonArgument() {}

    /**
     * The JSON that is meant.
     *
     * @param what names it in messages: "the payload"
     * @throws UsageException if it cannot be read, or is no JSON
     */
    public static Json read(Console console, String what, String argument) {
        if (argument.equals("-")) {
            return JsonText.check("standard input", fromInput(console));
        }
        return argument.startsWith("@")
                ? JsonText.check(argument.substring(1), fromFile(what, argument.substring(1)))
                : JsonText.check(what, argument);
    }

    private static String fromInput(Console console) {
        try {
            return new String(console.in().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read standard input: " + e.getMessage(), e);
        }
    }

    private static String fromFile(String what, String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (NoSuchFileException e) {
            throw new UsageException("no file %s to read %s from".formatted(file, what));
        } catch (IOException | InvalidPathException e) {
            throw new UsageException("cannot read %s from %s: %s".formatted(what, file, e.getMessage()));
        }
    }
}

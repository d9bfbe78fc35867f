package dev.errand.cli.console;

import dev.errand.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

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

    /**
     * Many JSON values from a file, or from standard input for {@code -}: an array of them, or one on each line.
     *
     * @param what names them in messages: "the payloads"
     * @throws UsageException if they cannot be read, or are no JSON
     */
    public static List<Json> readAll(Console console, String what, String file) {
        return file.equals("-")
                ? JsonText.list("standard input", fromInput(console))
                : JsonText.list(file, fromFile(what, file));
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

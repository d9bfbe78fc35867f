package dev.errand.scripts;

import java.nio.file.Path;

/**
 * Something wrong with a task file. Prints as {@code Greet.java:2:43 incompatible types: …}.
 *
 * @param file the file, as it was reached from the path that was asked for
 * @param line from 1; 0 if it concerns the file as a whole
 * @param column from 1; 0 if there is no line
 * @param reason what is wrong, for Java files as the compiler says it, in one line
 */
public record Diagnostic(Path file, int line, int column, String reason) {
    static Diagnostic of(Path file, String reason) {
        return new Diagnostic(file, 0, 0, reason);
    }

    @Override
    public String toString() {
        return line == 0 ? file + " " + reason : file + ":" + line + ":" + column + " " + reason;
    }
}

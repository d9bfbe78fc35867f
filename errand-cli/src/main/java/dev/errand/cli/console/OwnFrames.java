package dev.errand.cli.console;

import java.util.List;
import java.util.regex.Pattern;

/** What of a stack trace is the user's: his frames, and what each error says; not the JDK's frames nor the engine's. */
final class OwnFrames {
    private static final Pattern FOREIGN = Pattern.compile(
            "\\s*at (.*/)?(java|javax|jdk|sun|dev\\.errand\\.(engine|scripts|cli|store|spi))\\..*|\\s*\\.\\.\\. \\d+ more");

    private OwnFrames() {}

    static List<String> of(String stack) {
        return stack.lines().filter(line -> !FOREIGN.matcher(line).matches()).toList();
    }
}

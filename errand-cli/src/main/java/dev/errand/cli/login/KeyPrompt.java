package dev.errand.cli.login;

import dev.errand.cli.console.Console;
import dev.errand.cli.console.ServerAddress;
import dev.errand.cli.console.ServerKey;
import dev.errand.cli.console.UsageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Asks for a key: a person at a terminal, who does not see what he types, else whoever writes to standard input. Never an argument: all see those. */
record KeyPrompt(Console console) {
    /**
     * The key.
     *
     * @throws UsageException if none is given
     */
    String ask(ServerAddress server) {
        java.io.@Nullable Console terminal = console.in().equals(System.in) ? System.console() : null;
        return terminal != null && terminal.isTerminal()
                ? ServerKey.checked("what was typed", typed(terminal, server))
                : ServerKey.checked("standard input", fromInput());
    }

    private static String typed(java.io.Console terminal, ServerAddress server) {
        char @Nullable [] typed = terminal.readPassword("key for %s: ", server);
        return typed == null ? "" : new String(typed);
    }

    private String fromInput() {
        try {
            String line = new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8)).readLine();
            return line == null ? "" : line;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read standard input: " + e.getMessage(), e);
        }
    }
}

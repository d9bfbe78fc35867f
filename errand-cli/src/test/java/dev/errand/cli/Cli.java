package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.cli.console.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command line in this process, on a store in a folder. */
record Cli(Path folder) {
    /** What a command said. */
    record Said(int code, String out, String err) {
        /** The result without the line break at its end. */
        String line() {
            return out.strip();
        }

        JsonNode json() {
            return new JsonMapper().readTree(out);
        }
    }

    String store() {
        return TestStore.url(folder);
    }

    /** Runs a command on the store, or on a server before it if that is how tests go. */
    Said call(String... args) {
        if (ThroughServer.isMeant(List.of(args))) {
            return ThroughServer.call(store(), List.of(args));
        }
        List<String> all = new ArrayList<>(List.of(args));
        all.add("--store");
        all.add(store());
        return bare(all.toArray(String[]::new));
    }

    /** Runs a command as it stands. */
    static Said bare(String... args) {
        return typing("", args);
    }

    /** Runs a command as it stands, with this as its standard input. */
    static Said typing(String input, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console none = Console.to(out, err);
        Console console = new Console(
                none.out(), none.err(), new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), false, false);
        int code = Main.execute(console, args);
        console.flush();
        return new Said(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Writes an executable task and answers with its path. */
    String script(String name, String... lines) throws Exception {
        return executable(name, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    }

    private String executable(String name, String text) throws Exception {
        Path file = file(name, text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file.toString();
    }

    Path file(String name, String text) throws Exception {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    /** Makes the store and the task by running it once. */
    void know(String script) {
        Said said = call("run", script, "--quiet");
        if (said.code() != 0) {
            throw new AssertionError(said.err());
        }
    }
}

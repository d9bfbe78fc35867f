package dev.errand.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM of its own for what another's past would falsify. It answers each line with a line of one number. */
final class Child implements AutoCloseable {
    /** By what is logged, of several on the class path. */
    private static final List<String> LOGGING = List.of("slf4j.provider", "slf4j.internal.verbosity");

    private final Process process;
    private final Writer to;
    private final BufferedReader from;

    private Child(Process process) {
        this.process = process;
        this.to = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        this.from = process.inputReader(StandardCharsets.UTF_8);
    }

    static Child start(Class<?> main, String... arguments) {
        return start(List.of(), main, arguments);
    }

    /** @param options of the JVM */
    static Child start(List<String> options, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        for (String name : LOGGING) {
            String value = System.getProperty(name);
            if (value != null) {
                command.add("-D" + name + "=" + value);
            }
        }
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        try {
            return new Child(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException("No second JVM could be started", e);
        }
    }

    /** Waits for the answer. */
    long ask() {
        try {
            to.write("\n");
            to.flush();
            String answer = from.readLine();
            if (answer == null) {
                throw new IllegalStateException(
                        "The JVM that measured for us ended without an answer; what it said stands above");
            }
            return Long.parseLong(answer);
        } catch (IOException e) {
            throw new UncheckedIOException("The JVM that measured for us ended", e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}

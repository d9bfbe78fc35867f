package dev.errand.engine.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Processes with the class path of this one: quick to start, and small. What they say of errors is added to a log. */
final class JavaProcess {
    private JavaProcess() {}

    static ProcessBuilder builder(Class<?> main, Path log, String... arguments) {
        return builder(List.of(), main, log, arguments);
    }

    /** @param options of the JVM, besides those of all */
    static ProcessBuilder builder(List<String> options, Class<?> main, Path log, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(options);
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(Redirect.appendTo(log.toFile()));
    }

    /** As {@code kill} does, of the system. */
    static void signal(long pid, String signal) throws IOException, InterruptedException {
        int status =
                new ProcessBuilder("kill", signal, String.valueOf(pid)).start().waitFor();
        assertThat(status).as("kill " + signal).isZero();
    }
}

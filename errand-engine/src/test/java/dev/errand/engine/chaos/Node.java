package dev.errand.engine.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.engine.chaos.Entry.Kind;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;

/** A process that works, and what can be done to it. */
final class Node {
    private final Process process;
    private final Logbook logbook;

    /** Returns once it works: a process struck before would prove nothing. */
    Node(String url, Path file) throws IOException {
        logbook = new Logbook(file);
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx128m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-D" + Logbook.FILE + "=" + file,
                        "-cp",
                        System.getProperty("java.class.path"),
                        ChaosWorker.class.getName(),
                        RecordedStores.PREFIX + url)
                .redirectError(
                        Redirect.appendTo(file.resolveSibling("workers.log").toFile()))
                .start();
        assertThat(process.inputReader().readLine()).startsWith("working");
    }

    long pid() {
        return process.pid();
    }

    /** From here on it may be taken for dead. */
    void struck() {
        logbook.add(new Entry(System.nanoTime(), pid(), Kind.STRUCK, 0, "", ""));
    }

    void kill() throws InterruptedException {
        struck();
        process.destroyForcibly().waitFor();
    }

    void freeze() throws IOException, InterruptedException {
        struck();
        signal("-STOP");
    }

    void thaw() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", signal, String.valueOf(pid()))
                .start()
                .waitFor();
        assertThat(status).as("kill " + signal).isZero();
    }
}

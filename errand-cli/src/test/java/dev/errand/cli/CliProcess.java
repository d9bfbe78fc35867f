package dev.errand.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The command line in a process of its own, for what only a process can show: signals, exit codes, the folder it stands in. */
final class CliProcess implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> seen = new ArrayList<>();

    private CliProcess(Process process) {
        this.process = process;
        Thread.ofVirtual().start(this::read);
    }

    /** Starts a command in its folder and on its store; what it says on either stream is read as one. */
    static CliProcess start(Cli cli, String... args) throws IOException {
        return start(cli.folder(), Map.of("ERRAND_STORE", cli.store()), args);
    }

    /** Starts a command in a folder, on the store that is meant if nobody names one. */
    static CliProcess start(Path folder, String... args) throws IOException {
        return start(folder, Map.of(), args);
    }

    /** Starts a command in a folder, with these variables of the environment. */
    static CliProcess start(Path folder, Map<String, String> environment, String... args) throws IOException {
        List<String> command = new ArrayList<>(heedingInterrupts());
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(args));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        List.of("ERRAND_STORE", "ERRAND_SERVER", "ERRAND_KEY").forEach(builder.environment()::remove);
        builder.environment().putAll(environment);
        return new CliProcess(builder.start());
    }

    /** A build in the background may be told to ignore Ctrl-C, and what it starts would inherit that; env can undo it on Linux. */
    private static List<String> heedingInterrupts() throws IOException {
        List<String> prefix = List.of("env", "--default-signal=INT");
        List<String> attempt = new ArrayList<>(prefix);
        attempt.add("true");
        try {
            return new ProcessBuilder(attempt).redirectErrorStream(true).start().waitFor() == 0 ? prefix : List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private void read() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
        } catch (IOException ended) {
            // the process is gone
        }
    }

    /** Waits for a line like this. */
    String await(Predicate<String> wanted) throws InterruptedException {
        while (true) {
            String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("the line that was waited for did not come after: " + seen);
            }
            seen.add(line);
            if (wanted.test(line)) {
                return line;
            }
        }
    }

    /** The lines that were waited for, and those before them. */
    List<String> seen() {
        return List.copyOf(seen);
    }

    /** Has it read a line from its standard input, and no more. */
    void type(String line) throws IOException {
        try (Writer input = process.outputWriter(StandardCharsets.UTF_8)) {
            input.write(line + "\n");
        }
    }

    /** Ctrl-C. */
    void interrupt() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    }

    int exitCode() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the command did not end after: " + seen);
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}

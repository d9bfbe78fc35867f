package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunId;
import dev.errand.chaos.Entry.Kind;
import dev.errand.process.Freeze;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process that works, and what can be done to it. */
final class Node {
    private static final String WORKING = "working at ";
    private static final long PATIENCE_SECONDS = 120;

    private final Process process;
    private final Logbook logbook;
    private final BufferedReader said;
    private final Instant began;

    /** Returns once it works: a process struck before would prove nothing. */
    Node(String url, int concurrency, Path file, Map<String, String> environment) throws IOException {
        logbook = new Logbook(file);
        ProcessBuilder builder = JavaProcess.builder(
                List.of("-D" + Logbook.FILE + "=" + file),
                ChaosWorker.class,
                file.resolveSibling("workers.log"),
                RecordedStores.PREFIX + url,
                String.valueOf(concurrency));
        builder.environment().putAll(environment);
        process = builder.start();
        said = process.inputReader();
        String first = said.readLine();
        assertThat(first).startsWith(WORKING);
        began = Instant.parse(first.substring(WORKING.length()));
    }

    /** When it began to work, by its own clock. */
    Instant began() {
        return began;
    }

    /** Has it trigger a run, and answers when that is acknowledged. */
    RunId trigger(Duration delay) throws IOException {
        beginTrigger(1, delay);
        return awaitTriggered();
    }

    void beginTrigger(int runs, Duration delay) throws IOException {
        process.outputWriter().write(runs + " " + delay.toMillis() + "\n");
        process.outputWriter().flush();
    }

    /** Answers the first of them. */
    RunId awaitTriggered() throws IOException {
        return RunId.of(said.readLine());
    }

    /** Whether they were triggered, or it was away for so long that nobody tried again, which ends it. */
    boolean hearWhetherTriggered() throws IOException {
        return said.readLine() != null;
    }

    /** Lets it end by itself. */
    void end() throws IOException, InterruptedException {
        process.outputWriter().close();
        process.waitFor();
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

    /** Asks it to end, as a deployment does; answers how long that took. */
    Duration terminate() throws IOException, InterruptedException {
        long asked = System.nanoTime();
        JavaProcess.signal(pid(), "-TERM");
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("it ends")
                .isTrue();
        return Duration.ofNanos(System.nanoTime() - asked);
    }

    void freeze() throws IOException, InterruptedException {
        struck();
        Freeze.stop(pid());
    }

    void thaw() throws IOException, InterruptedException {
        Freeze.resume(pid());
    }
}

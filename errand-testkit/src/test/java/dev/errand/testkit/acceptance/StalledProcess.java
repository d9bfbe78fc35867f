package dev.errand.testkit.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Task;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;

/** A process that can be made to stand still at a body, which returns when it is told to, interrupted or not. */
final class StalledProcess implements AutoCloseable {
    /** Returns "too late". */
    static final String TASK = "stalled";

    /** Returns its payload; begins when its one slot is free. */
    static final String NEXT = "next";

    private final Process process;
    private final BufferedReader said;

    /** Returns when it works. */
    StalledProcess(String url) throws IOException {
        this.process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StalledProcess.class.getName(),
                        url)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        this.said = process.inputReader();
        await("working");
    }

    /** Waits until it says so; says it never, it ends with its parent. */
    void await(String line) throws IOException {
        assertThat(said.readLine()).isEqualTo(line);
    }

    long pid() {
        return process.pid();
    }

    void standStill() throws IOException, InterruptedException {
        signal("-STOP");
    }

    void goOn() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", signal, String.valueOf(pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** Tells the body to return; heard when the process goes on, if it stands still. */
    void letReturn() throws IOException {
        process.outputWriter().append("return\n").flush();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Arguments: the store's URL. */
    public static void main(String[] arguments) throws IOException {
        Semaphore mayReturn = new Semaphore(0);
        Task<String, String> stalled = Task.named(TASK, String.class, String.class)
                .run((payload, run) -> {
                    System.out.println("at it");
                    mayReturn.acquireUninterruptibly();
                    return "too late";
                });
        Task<String, String> next = Task.named(NEXT, String.class, String.class).run((payload, run) -> payload);
        try (Errand errand = Errand.builder()
                .store(arguments[0])
                .tasks(stalled, next)
                .concurrency(1)
                .open()) {
            System.out.println(errand.concurrency() == 1 ? "working" : "not working");
            while (System.in.read() >= 0) { // ends with its parent
                mayReturn.release();
            }
        }
    }
}

package dev.errand.testkit.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.LockLostException;
import dev.errand.Task;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A process whose bodies take a lock and keep it, saying what happens to them. */
final class LockingProcess implements AutoCloseable {
    static final String TASK = "locking";

    private final String url;
    private final Process process;
    private final BufferedReader said;

    /** Returns when it works. */
    LockingProcess(String url) throws IOException {
        this.url = url;
        this.process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockingProcess.class.getName(),
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

    void signal(String signal) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", signal, String.valueOf(pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** As {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
        TestStore.endLease(url, process.pid());
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    /** Arguments: the store's URL. */
    public static void main(String[] arguments) throws IOException {
        Task<String, ?> locking = Task.named(TASK, String.class).run((name, run) -> {
            try {
                run.lock(name).run(() -> {
                    System.out.println("held " + run.attempt());
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        System.out.println("interrupted");
                    }
                });
            } catch (LockLostException e) {
                System.out.println("lost " + e.lock());
            }
        });
        try (Errand errand = Errand.builder()
                .store(arguments[0])
                .tasks(locking)
                .concurrency(2)
                .open()) {
            System.out.println(errand.concurrency() == 2 ? "working" : "not working");
            System.in.transferTo(OutputStream.nullOutputStream()); // ends with its parent
        }
    }
}

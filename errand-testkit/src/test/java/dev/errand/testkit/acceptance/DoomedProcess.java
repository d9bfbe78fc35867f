package dev.errand.testkit.acceptance;

import dev.errand.Errand;
import dev.errand.Task;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;

/** A process that works on a file until it is killed, or until a body of it kills it. */
final class DoomedProcess implements AutoCloseable {
    static final String TASK = "doomed";

    private static final String WARM_UP = "warm up";

    private final String url;
    private final Process process;

    /** Starts it; returns when it works. */
    DoomedProcess(String url, Path journal, boolean suicide, int redeliveries) throws IOException {
        this.url = url;
        this.process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DoomedProcess.class.getName(),
                        url,
                        journal.toString(),
                        String.valueOf(suicide),
                        String.valueOf(redeliveries))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
    }

    static int bodies(Path journal) throws IOException {
        return Files.exists(journal) ? Files.readAllLines(journal).size() : 0;
    }

    /** As {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
        TestStore.endLease(url, process.pid());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    /** Arguments: the store's URL, the file to which bodies add a line, whether a body kills the process, redeliveries allowed. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        OutputStream journal =
                Files.newOutputStream(Path.of(arguments[1]), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        byte[] line = "body\n".getBytes(StandardCharsets.UTF_8);
        boolean suicide = Boolean.parseBoolean(arguments[2]);
        Task<String, ?> doomed = Task.named(TASK, String.class)
                .redeliveries(Integer.parseInt(arguments[3]))
                .run((payload, run) -> {
                    if (payload.equals(WARM_UP)) {
                        return;
                    }
                    journal.write(line);
                    if (suicide) {
                        Runtime.getRuntime().halt(9);
                    }
                    new CountDownLatch(1).await();
                });
        Task<String, String> healthy =
                Task.named("healthy", String.class, String.class).run((payload, run) -> payload);
        try (Errand errand = Errand.builder()
                .store(arguments[0])
                .tasks(doomed, healthy)
                .concurrency(1)
                .open()) {
            for (int i = 0; i < 30; i++) { // so quick that a start is not recorded by the way
                errand.trigger(doomed, WARM_UP).result(Soon.SOON);
            }
            System.out.println("working with " + errand.concurrency());
            System.in.transferTo(OutputStream.nullOutputStream()); // ends with its parent
        }
    }
}

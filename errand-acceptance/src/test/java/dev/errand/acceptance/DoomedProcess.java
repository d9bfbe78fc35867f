package dev.errand.acceptance;

import dev.errand.Errand;
import dev.errand.Task;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;

/** A process that works on a file until it is killed, or until a body of it kills it. */
final class DoomedProcess extends WorkingProcess {
    static final String TASK = "doomed";

    private static final String WARM_UP = "warm up";

    /** Returns when it works. */
    DoomedProcess(String url, Path journal, boolean suicide, int redeliveries) throws IOException {
        super(DoomedProcess.class, url, journal.toString(), String.valueOf(suicide), String.valueOf(redeliveries));
    }

    static int bodies(Path journal) throws IOException {
        return Files.exists(journal) ? Files.readAllLines(journal).size() : 0;
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
            System.out.println(errand.concurrency() == 1 ? "working" : "not working");
            System.in.transferTo(OutputStream.nullOutputStream()); // ends with its parent
        }
    }
}

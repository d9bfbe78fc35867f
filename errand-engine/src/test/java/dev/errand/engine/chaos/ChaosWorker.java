package dev.errand.engine.chaos;

import dev.errand.Errand;
import dev.errand.Retry;
import dev.errand.Task;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Random;

/** A process that works until it is killed. Its bodies leave a line each, fail now and then, and take up to 40 ms. */
final class ChaosWorker {
    /** What a body is asked to do: which seed decides how it behaves. */
    record Work(long seed) {}

    private ChaosWorker() {}

    /** The task, whose bodies append to the given file. */
    static Task<Work, String> task(Path journal) {
        return Task.named("chaos", Work.class, String.class)
                .retry(Retry.fixed(Duration.ofMillis(20)).attempts(5))
                .run((work, run) -> {
                    append(journal, run.id() + " " + run.attempt() + "\n");
                    Random random = new Random(work.seed());
                    if (random.nextInt(3) == 0) {
                        run.emit(run.attempt());
                        run.log().info("attempt {}", run.attempt());
                    }
                    if (random.nextInt(4) == 0) {
                        Thread.sleep(random.nextInt(40));
                    }
                    if (random.nextInt(10) == 0 && run.attempt() == 1) {
                        throw new IOException("the first attempt fails");
                    }
                    return "done " + work.seed();
                });
    }

    /** One write call of one short line: atomic among processes that append to one file. */
    private static void append(Path journal, String line) throws IOException {
        Files.write(
                journal,
                line.getBytes(StandardCharsets.UTF_8),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND,
                StandardOpenOption.WRITE);
    }

    /** Arguments: the store's URL and the bodies' journal. */
    public static void main(String[] arguments) throws Exception {
        try (Errand errand = Errand.builder()
                .store(arguments[0])
                .tasks(task(Path.of(arguments[1])))
                .concurrency(8)
                .open()) {
            System.out.println("working with " + errand.concurrency());
            System.in.transferTo(OutputStream.nullOutputStream()); // ends with the parent
        }
    }
}

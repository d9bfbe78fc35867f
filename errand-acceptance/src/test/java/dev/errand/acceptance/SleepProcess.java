package dev.errand.acceptance;

import dev.errand.Errand;
import dev.errand.Task;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/** A process whose one task sleeps between two steps, and which dies when it wakes up, if it is to. */
final class SleepProcess extends WorkingProcess {
    static final String TASK = "sleeping";
    /** So long that its process can be killed in its midst. */
    static final Duration NAP = Duration.ofSeconds(6);

    /** Returns when it works. */
    SleepProcess(String url, Path calls, boolean diesAwake) throws IOException {
        super(SleepProcess.class, url, calls.toString(), String.valueOf(diesAwake));
    }

    /** @param calls the file to which each body and each step adds a line */
    static Task<String, String> task(Path calls, boolean diesAwake) {
        return Task.named(TASK, String.class, String.class).run((payload, run) -> {
            add(calls, "body");
            run.step("before", () -> add(calls, "before"));
            run.sleep("nap", NAP);
            if (diesAwake) {
                Runtime.getRuntime().halt(9);
            }
            run.step("after", () -> add(calls, "after"));
            return "awake";
        });
    }

    private static void add(Path calls, String line) throws IOException {
        Files.writeString(calls, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    static List<String> calls(Path file) throws IOException {
        return Files.readAllLines(file);
    }

    /** Arguments: the store's URL, the file of calls, whether it dies when it wakes up. */
    public static void main(String[] arguments) throws IOException {
        try (Errand errand = Errand.builder()
                .store(arguments[0])
                .tasks(task(Path.of(arguments[1]), Boolean.parseBoolean(arguments[2])))
                .concurrency(1)
                .open()) {
            System.out.println(errand.concurrency() == 1 ? "working" : "not working");
            System.in.transferTo(OutputStream.nullOutputStream()); // ends with its parent
        }
    }
}

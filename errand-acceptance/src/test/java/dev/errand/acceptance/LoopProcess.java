package dev.errand.acceptance;

import dev.errand.Branch;
import dev.errand.Errand;
import dev.errand.LoopAnswer;
import dev.errand.Task;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/** A process whose one task loops over a step and two branches, and which dies in the midst of an iteration, if it is to. */
final class LoopProcess extends WorkingProcess {
    static final String TASK = "looping";
    static final int LAST = 4;

    private static final int DEADLY = 2;

    /** Returns when it works. */
    LoopProcess(String url, Path calls, Duration interval) throws IOException {
        super(LoopProcess.class, url, calls.toString(), interval.toString());
    }

    /** @param calls the file to which each iteration, each step and each branch adds a line */
    static Task<String, String> task(Path calls, Duration interval, boolean dies) {
        return Task.named(TASK, String.class, String.class).run((payload, run) -> {
            run.emit("begun");
            return run.loop("round", interval, iteration -> {
                add(calls, "begin " + iteration);
                run.step("work", () -> add(calls, "work " + iteration));
                run.parallel(
                        "both",
                        Branch.of("a", () -> add(calls, "a " + iteration)),
                        Branch.of("b", () -> run.step("S", () -> add(calls, "b " + iteration))));
                if (dies && iteration == DEADLY) {
                    Runtime.getRuntime().halt(9);
                }
                run.emit("round " + iteration);
                return iteration < LAST ? LoopAnswer.again() : LoopAnswer.done("looped");
            });
        });
    }

    private static synchronized void add(Path calls, String line) throws IOException {
        Files.writeString(calls, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    static List<String> calls(Path file) throws IOException {
        return Files.readAllLines(file);
    }

    /** Arguments: the store's URL, the file of calls, the interval. */
    public static void main(String[] arguments) throws IOException {
        try (Errand errand = Errand.builder()
                .store(arguments[0])
                .tasks(task(Path.of(arguments[1]), Duration.parse(arguments[2]), true))
                .concurrency(1)
                .open()) {
            System.out.println(errand.concurrency() == 1 ? "working" : "not working");
            System.in.transferTo(OutputStream.nullOutputStream()); // ends with its parent
        }
    }
}

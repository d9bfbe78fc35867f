package dev.errand.acceptance;

import dev.errand.ClaimLostException;
import dev.errand.Errand;
import dev.errand.StepOptions;
import dev.errand.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Semaphore;

/** A process that dies, or stands still, at a step of its one task. Each call of the step's code adds a line to a file. */
final class StepProcess extends WorkingProcess {
    static final String TASK = "stepping";
    static final String STEP = "S";

    /** What it does. */
    enum Fate {
        DIES_IN_STEP,
        DIES_IN_STEP_AT_MOST_ONCE,
        DIES_AFTER_STEP,
        WAITS_IN_STEP,
        WAITS_IN_STEP_AT_MOST_ONCE;

        StepOptions options() {
            boolean once = this == DIES_IN_STEP_AT_MOST_ONCE || this == WAITS_IN_STEP_AT_MOST_ONCE;
            return once ? StepOptions.none().atMostOnce() : StepOptions.none();
        }

        boolean waits() {
            return this == WAITS_IN_STEP || this == WAITS_IN_STEP_AT_MOST_ONCE;
        }
    }

    /** Returns when it works. */
    StepProcess(String url, Path calls, Fate fate) throws IOException {
        super(StepProcess.class, url, calls.toString(), fate.name());
    }

    static int calls(Path file) throws IOException {
        return Files.exists(file) ? Files.readAllLines(file).size() : 0;
    }

    /** Arguments: the store's URL, the file of calls, what to do. */
    public static void main(String[] arguments) throws IOException {
        Path calls = Path.of(arguments[1]);
        Fate fate = Fate.valueOf(arguments[2]);
        Semaphore mayReturn = new Semaphore(0);
        Task<String, String> stepping = Task.named(TASK, String.class, String.class)
                .run((payload, run) -> {
                    try {
                        String result = run.step(STEP, String.class, fate.options(), () -> {
                            Files.writeString(calls, "called\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                            if (fate.waits()) {
                                System.out.println("in the step");
                                mayReturn.acquireUninterruptibly();
                            } else if (fate != Fate.DIES_AFTER_STEP) {
                                Runtime.getRuntime().halt(9);
                            }
                            return "by the process";
                        });
                        if (fate == Fate.DIES_AFTER_STEP) {
                            Runtime.getRuntime().halt(9);
                        }
                        System.out.println("kept");
                        return result;
                    } catch (ClaimLostException e) {
                        System.out.println("lost");
                        throw e;
                    }
                });
        try (Errand errand = Errand.builder()
                .store(arguments[0])
                .tasks(stepping)
                .concurrency(1)
                .open()) {
            System.out.println(errand.concurrency() == 1 ? "working" : "not working");
            while (System.in.read() >= 0) { // ends with its parent
                mayReturn.release();
            }
        }
    }
}

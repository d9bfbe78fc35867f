package dev.errand.testkit.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.ClaimLostException;
import dev.errand.Errand;
import dev.errand.StepOptions;
import dev.errand.Task;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A process that dies, or stands still, at a step of its one task. Each call of the step's code adds a line to a file. */
final class StepProcess implements AutoCloseable {
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

    private final String url;
    private final Process process;
    private final BufferedReader said;

    /** Returns when it works. */
    StepProcess(String url, Path calls, Fate fate) throws IOException {
        this.url = url;
        this.process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StepProcess.class.getName(),
                        url,
                        calls.toString(),
                        fate.name())
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

    void awaitDeath() throws InterruptedException {
        assertThat(process.waitFor(Soon.SECONDS, TimeUnit.SECONDS))
                .as("the process dies in time")
                .isTrue();
        assertThat(process.exitValue()).isEqualTo(9);
        TestStore.endLease(url, process.pid());
    }

    /** Not in the middle of a commit to a file, which nobody else could write to then. */
    void standStill() throws IOException, InterruptedException {
        signal("STOP");
        while (TestStore.isLocked(url)) {
            goOn();
            signal("STOP");
        }
    }

    void goOn() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** Tells the step to return; heard when the process goes on, if it stands still. */
    void letReturn() throws IOException {
        process.outputWriter().append("return\n").flush();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
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

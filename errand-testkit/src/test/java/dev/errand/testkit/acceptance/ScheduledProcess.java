package dev.errand.testkit.acceptance;

import dev.errand.Errand;
import dev.errand.ErrandBuilder;
import dev.errand.Schedule;
import dev.errand.ScheduledTime;
import dev.errand.Task;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A process that fires schedules every second until it is killed. */
final class ScheduledProcess implements AutoCloseable {
    static final int SCHEDULES = 32;

    private final String url;
    private final Process process;

    /** Starts it; returns when it works. */
    ScheduledProcess(String url) throws IOException {
        this.url = url;
        this.process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ScheduledProcess.class.getName(),
                        url)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
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

    /** With code that fires a number of schedules each second. */
    static Task<ScheduledTime, ?> task() {
        var task = Task.named("tick", ScheduledTime.class);
        for (int i = 0; i < SCHEDULES; i++) {
            task = task.schedule("tick-" + i, Schedule.cronWithSeconds("* * * * * *"));
        }
        return task.run((time, run) -> {});
    }

    static ErrandBuilder engine(String url) {
        return Errand.builder().store(url).tasks(task());
    }

    /** Arguments: the store's URL. */
    public static void main(String[] arguments) throws IOException {
        try (Errand errand = engine(arguments[0]).open()) {
            System.out.println("working with " + errand.concurrency());
            System.in.transferTo(OutputStream.nullOutputStream()); // ends with its parent
        }
    }
}

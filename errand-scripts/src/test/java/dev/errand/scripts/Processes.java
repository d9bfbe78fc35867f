package dev.errand.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Processes that were killed: gone as soon as a processor has time for that, or there for a parent who never asks. */
final class Processes {
    private Processes() {}

    static void awaitEnded(List<ProcessHandle> processes, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        for (ProcessHandle process : processes) {
            while (!hasEnded(process)) {
                assertThat(System.nanoTime())
                        .as("process %s ended", process.pid())
                        .isLessThan(deadline);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
    }

    private static boolean hasEnded(ProcessHandle process) {
        Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
        try {
            return !process.isAlive() || Files.readString(stat).contains(") Z ");
        } catch (IOException e) { // it ended meanwhile, or this system shows no files of processes
            return !process.isAlive();
        }
    }
}

package dev.errand.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Has a process stand still as a suspended machine would, all of it. */
public final class Freeze {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    private Freeze() {}

    /**
     * Returns when no thread of it does anything any more: one that is amid a call of the system goes on to the end of that, and may lock a file
     * by it. Where there is no {@code /proc} that tells, it returns when the signal is sent.
     */
    public static void stop(long pid) throws IOException, InterruptedException {
        signal(pid, "-STOP");
        long deadline = System.nanoTime() + PATIENCE;
        while (!isStill(pid)) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("process " + pid + " did not stop");
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    /** It goes on. */
    public static void resume(long pid) throws IOException, InterruptedException {
        signal(pid, "-CONT");
    }

    private static void signal(long pid, String signal) throws IOException, InterruptedException {
        int status =
                new ProcessBuilder("kill", signal, String.valueOf(pid)).start().waitFor();
        if (status != 0) {
            throw new IOException("kill " + signal + " " + pid + " answered " + status);
        }
    }

    private static boolean isStill(long pid) throws IOException {
        Path threads = Path.of("/proc", String.valueOf(pid), "task");
        if (!Files.isDirectory(threads)) {
            return true;
        }
        List<Path> all;
        try (Stream<Path> folders = Files.list(threads)) {
            all = folders.toList();
        }
        for (Path thread : all) {
            if (!isStopped(thread)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isStopped(Path thread) {
        try {
            String stat = Files.readString(thread.resolve("stat"));
            char state = stat.charAt(stat.lastIndexOf(')') + 2); // the name before it may hold anything
            return "TtZX".indexOf(state) >= 0;
        } catch (IOException e) {
            return true; // it has ended
        }
    }
}

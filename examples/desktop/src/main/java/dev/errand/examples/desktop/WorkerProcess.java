package dev.errand.examples.desktop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;

/** The worker's process, seen from the window's: one is started, and if it is killed, another, after {@link Pauses} if that happens often. */
final class WorkerProcess implements AutoCloseable {
    private static final int KILLED = 128;

    private final String store;
    private final Pauses pauses = new Pauses();
    private Process process;
    private boolean closed;

    WorkerProcess(String store) {
        this.store = store;
        synchronized (this) { // before anybody can hear of its end
            process = start();
        }
    }

    private Process start() {
        try {
            Process started = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Worker.class.getName(),
                            store)
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            long since = System.nanoTime();
            Thread.startVirtualThread(() -> ended(started.onExit().join(), since));
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One that ends by itself has said why; another would fare no better. */
    private void ended(Process ended, long since) {
        if (ended.exitValue() > KILLED && pause(Duration.ofNanos(System.nanoTime() - since))) {
            startAgain();
        }
    }

    /** Answers whether it was not interrupted. */
    private boolean pause(Duration lived) {
        try {
            Thread.sleep(pauses.after(lived));
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private synchronized void startAgain() {
        if (!closed) {
            process = start();
        }
    }

    synchronized Process process() {
        return process;
    }

    /** The worker goes on until its work is done. */
    @Override
    public synchronized void close() throws IOException {
        closed = true;
        process.getOutputStream().close();
    }
}

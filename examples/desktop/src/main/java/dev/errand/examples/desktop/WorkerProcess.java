package dev.errand.examples.desktop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The worker's process, seen from the window's: one is started, and if it is killed, another. */
final class WorkerProcess implements AutoCloseable {
    private static final int KILLED = 128;

    private final String store;
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
            Thread.startVirtualThread(() -> ended(started.onExit().join()));
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One that ends by itself has said why; another would fare no better. */
    private synchronized void ended(Process ended) {
        if (!closed && ended.exitValue() > KILLED) {
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

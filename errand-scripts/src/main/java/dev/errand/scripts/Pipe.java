package dev.errand.scripts;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One of a program's streams, served on a thread of its own until it ends. */
final class Pipe {
    /** What every pipe takes without a reader, and therefore without making us wait. */
    private static final int SURELY_FITS = 4096;

    private final CountDownLatch end = new CountDownLatch(1);
    private volatile @Nullable RuntimeException failure;
    private volatile long activity = System.nanoTime();

    private Pipe() {}

    /** Takes the lines that come out of a program. */
    @FunctionalInterface
    interface LineHandler {
        /** @param cut whether the line was longer than it may be, and its end is lost */
        void accept(String line, boolean cut);
    }

    /**
     * Reads lines until the stream ends.
     *
     * @param longest how many bytes of a line are kept
     * @param onFailure called when the handler throws; the rest is read and dropped
     */
    static Pipe read(InputStream stream, int longest, LineHandler handler, Runnable onFailure) {
        Pipe pipe = new Pipe();
        Thread.ofPlatform()
                .daemon()
                .name("errand-program-output")
                .start(() -> pipe.read(new LineReader(stream, longest), handler, onFailure));
        return pipe;
    }

    private void read(LineReader lines, LineHandler handler, Runnable onFailure) {
        try {
            while (lines.next()) {
                activity = System.nanoTime();
                if (failure == null) {
                    handle(lines, handler, onFailure);
                }
            }
        } catch (IOException e) {
            // The stream was closed under us: the program is gone and nobody waits for more.
        } finally {
            end.countDown();
        }
    }

    private void handle(LineReader lines, LineHandler handler, Runnable onFailure) {
        try {
            handler.accept(lines.line(), lines.isCut());
        } catch (RuntimeException e) {
            failure = e;
            onFailure.run();
        }
    }

    /** Writes the text and closes the stream. A program that does not read it is no failure. */
    static Pipe write(OutputStream stream, String text) {
        Pipe pipe = new Pipe();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= SURELY_FITS) {
            pipe.write(stream, bytes);
        } else {
            Thread.ofPlatform().daemon().name("errand-program-input").start(() -> pipe.write(stream, bytes));
        }
        return pipe;
    }

    private void write(OutputStream stream, byte[] bytes) {
        try (stream) {
            stream.write(bytes);
        } catch (IOException e) {
            // Broken pipe: the program ended, or closed its standard input, without reading all of it.
        } finally {
            end.countDown();
        }
    }

    /** Whether the stream ended within this time. */
    boolean await(Duration time) throws InterruptedException {
        return end.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Waits until the stream has ended, or no line came for this long. */
    void awaitIdle(Duration time) throws InterruptedException {
        while (!await(time)) {
            if (System.nanoTime() - activity > time.toNanos()) {
                return;
            }
        }
    }

    /** Throws what the handler threw, if it did. */
    void check() {
        RuntimeException thrown = failure;
        if (thrown != null) {
            throw thrown;
        }
    }
}

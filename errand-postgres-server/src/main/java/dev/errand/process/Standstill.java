package dev.errand.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long this machine has kept somebody waiting who wanted next to nothing: to nap, and now and then to have a byte on the disk. A test that
 * judges how long something took allows as much besides: it is not to judge the machine.
 */
public final class Standstill implements AutoCloseable {
    private static final long NAP = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int NAPS_FOR_A_BYTE = 10;

    private final AtomicLong lost = new AtomicLong();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("errand-standstill").unstarted(this::watch);
    private volatile boolean closed;

    private Standstill() {}

    /** Watches from now on, until it is closed. */
    public static Standstill watched() {
        Standstill standstill = new Standstill();
        standstill.thread.start();
        return standstill;
    }

    /** In all until now. */
    public Duration soFar() {
        return Duration.ofNanos(lost.get());
    }

    private void watch() {
        try {
            Path file = Files.createTempFile("errand-standstill", null);
            try (FileChannel disk = FileChannel.open(file, StandardOpenOption.WRITE)) {
                for (int naps = 1; !closed; naps++) {
                    long begun = System.nanoTime();
                    TimeUnit.NANOSECONDS.sleep(NAP);
                    if (naps % NAPS_FOR_A_BYTE == 0) {
                        disk.write(ByteBuffer.wrap(new byte[] {1}), 0);
                        disk.force(false);
                    }
                    lost.addAndGet(Math.max(0, System.nanoTime() - begun - NAP));
                }
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException | InterruptedException e) {
            // Then nothing more is allowed for.
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}

package dev.errand.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long this machine has kept somebody waiting who wanted next to nothing: to nap, and now and then to have a byte on the disk. A test that
 * judges how long something took allows as much besides: it is not to judge the machine.
 */
public final class Standstill implements AutoCloseable {
    private static final long NAP = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int NAPS_FOR_A_BYTE = 10;

    private final Thread thread =
            Thread.ofPlatform().daemon().name("errand-standstill").unstarted(this::watch);
    private long lost;
    private long begun = System.nanoTime();
    private boolean waits;
    private volatile boolean closed;

    private Standstill() {}

    /** Watches from now on, until it is closed. */
    public static Standstill watched() {
        Standstill standstill = new Standstill();
        standstill.begin();
        standstill.thread.start();
        return standstill;
    }

    /** In all until now, with what it waits for just now. */
    public synchronized Duration soFar() {
        return Duration.ofNanos(lost + beyondNap());
    }

    /** How long what was begun has taken beyond the nap. */
    private long beyondNap() {
        return waits ? Math.max(0, System.nanoTime() - begun - NAP) : 0;
    }

    private synchronized void begin() {
        end();
        begun = System.nanoTime();
        waits = true;
    }

    private synchronized void end() {
        lost += beyondNap();
        waits = false;
    }

    private void watch() {
        try {
            Path file = Files.createTempFile("errand-standstill", null);
            try (FileChannel disk = FileChannel.open(file, StandardOpenOption.WRITE)) {
                for (int naps = 1; !closed; naps++) {
                    begin();
                    TimeUnit.NANOSECONDS.sleep(NAP);
                    if (naps % NAPS_FOR_A_BYTE == 0) {
                        disk.write(ByteBuffer.wrap(new byte[] {1}), 0);
                        disk.force(false);
                    }
                }
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException | InterruptedException e) {
            // Then nothing more is allowed for.
        } finally {
            end();
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}

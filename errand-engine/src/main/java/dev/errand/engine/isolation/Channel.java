package dev.errand.engine.isolation;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Frames in order between a node and a child process, both ways over a Unix socket. A thread of the channel's own writes them, since an
 * interrupted thread would close the socket under its hands. Who sends faster than the other side reads waits.
 */
public final class Channel implements AutoCloseable {
    private static final int HEAD = Integer.BYTES + 1;
    /** So many bytes may wait to be written. */
    private static final int ROOM = 4 << 20;

    private static final int LARGEST = 1 << 30;
    private static final int SLICE = 64 << 10;

    /** One message. */
    public record Frame(Kind kind, byte[] bytes) {}

    /** One to be written; its sender may wait for that. */
    private record Outgoing(Frame frame, CompletableFuture<@Nullable Void> written) {}

    private final SocketChannel socket;
    private final LinkedBlockingQueue<Outgoing> out = new LinkedBlockingQueue<>();
    private final Semaphore room = new Semaphore(ROOM);
    private final Thread writer;
    private final AtomicBoolean closed = new AtomicBoolean();

    Channel(SocketChannel socket) {
        this.socket = socket;
        this.writer = Thread.ofPlatform().daemon().name("errand-child-writer").unstarted(this::write);
        writer.start();
    }

    /** Connects to the node that listens there. */
    public static Channel connect(Path path) throws IOException {
        SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
        socket.connect(UnixDomainSocketAddress.of(path));
        return new Channel(socket);
    }

    /** Sends it after all that was sent before; waits while too much waits already. Nothing once the other side is gone. */
    public void send(Kind kind, byte[] bytes) {
        enqueue(kind, bytes, new CompletableFuture<>());
    }

    /** The same, and returns when it is written: the other side gets it whatever becomes of this process. */
    public void say(Kind kind, byte[] bytes) {
        CompletableFuture<@Nullable Void> written = new CompletableFuture<>();
        enqueue(kind, bytes, written);
        written.join();
    }

    private void enqueue(Kind kind, byte[] bytes, CompletableFuture<@Nullable Void> written) {
        room.acquireUninterruptibly(weight(bytes));
        out.add(new Outgoing(new Frame(kind, bytes), written));
        if (closed.get()) {
            drop();
        }
    }

    private void drop() {
        for (Outgoing next = out.poll(); next != null; next = out.poll()) {
            next.written().complete(null);
        }
    }

    private static int weight(byte[] bytes) {
        return Math.min(HEAD + bytes.length, ROOM);
    }

    private void write() {
        try {
            while (true) {
                Outgoing next = out.take();
                try {
                    write(next.frame());
                } finally {
                    next.written().complete(null);
                }
                room.release(weight(next.frame().bytes()));
            }
        } catch (IOException | InterruptedException e) {
            close(); // the other side is gone, which its reader learns as well
        }
    }

    private void write(Frame frame) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(HEAD + frame.bytes().length);
        buffer.putInt(frame.bytes().length)
                .put(frame.kind().code())
                .put(frame.bytes())
                .flip();
        for (int end = buffer.limit(); buffer.position() < end; ) {
            socket.write(slice(buffer, end));
        }
    }

    /** The next frame; null if the other side is gone. To be called by one thread that nobody interrupts. */
    public @Nullable Frame read() {
        try {
            ByteBuffer head = ByteBuffer.allocate(HEAD);
            if (!fill(head)) {
                return null;
            }
            int length = head.getInt();
            Kind kind = Kind.of(head.get());
            if (length < 0 || length > LARGEST) {
                return null;
            }
            ByteBuffer body = ByteBuffer.allocate(length);
            return fill(body) ? new Frame(kind, body.array()) : null;
        } catch (IOException e) {
            return null;
        }
    }

    private boolean fill(ByteBuffer buffer) throws IOException {
        for (int end = buffer.limit(); buffer.position() < end; ) {
            if (socket.read(slice(buffer, end)) < 0) {
                return false;
            }
        }
        buffer.flip();
        return true;
    }

    /** The next part of it: the system's copy of what crosses at a time is to stay small. */
    private static ByteBuffer slice(ByteBuffer buffer, int end) {
        return buffer.limit(Math.min(end, buffer.position() + SLICE));
    }

    /** Waits until all that was sent is written, at most so long. */
    public void flush(long millis) throws InterruptedException {
        if (room.tryAcquire(ROOM, millis, TimeUnit.MILLISECONDS)) {
            room.release(ROOM);
        }
    }

    /** What was not written yet is dropped. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        room.release(LARGEST - ROOM); // nobody waits any more
        writer.interrupt();
        drop();
        try {
            socket.close();
        } catch (IOException e) {
            // it is of no use any more either way
        }
    }
}

package dev.errand.store.postgres.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A bad network between a client and a server of this machine. It starts healthy; {@link #heal} makes it so again. */
public final class TcpProxy implements AutoCloseable {
    /** A client's connection and the server's that belongs to it. */
    private record Pair(Socket client, Socket server) {}

    private final int target;
    private final int port;
    private final Set<Pair> pairs = ConcurrentHashMap.newKeySet();
    private final Set<Socket> halfClosed = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition flows = lock.newCondition();
    private volatile @Nullable ServerSocket listening;
    private Thread accepting;
    private volatile Duration delay = Duration.ZERO;
    private boolean stalled;

    private TcpProxy(int target) throws IOException {
        this.target = target;
        ServerSocket socket = Ports.listen();
        port = socket.getLocalPort();
        accepting = accept(socket);
    }

    /** Forwards a port of its own to the target port of this machine. */
    public static TcpProxy to(int target) {
        try {
            return new TcpProxy(target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    /** How many connections are open through it. */
    public int connections() {
        return pairs.size();
    }

    /** Holds back everything by so much, in both directions. */
    public void delay(Duration by) {
        delay = by;
    }

    /** Lets nothing through any more, as if a cable were pulled out: no side hears that anything is wrong. */
    public void stall() {
        stalled(true);
    }

    /** Resets all connections; new ones are welcome. */
    public void cut() {
        pairs.forEach(pair -> {
            // Both before either is closed: the threads between them then reset too, whatever they close first.
            closeByReset(pair.client);
            closeByReset(pair.server);
            close(pair.client);
            close(pair.server);
        });
    }

    /** Ends all streams from the server to the clients, while those of the clients go on. */
    public void halfClose() {
        for (Pair pair : pairs) {
            halfClosed.add(pair.client); // before it is, for those who are writing to it
            try {
                pair.client.shutdownOutput();
            } catch (IOException e) {
                reset(pair.client);
            }
        }
    }

    /** Refuses new connections; those there are stay. */
    public void refuse() {
        ServerSocket socket = listening;
        listening = null;
        close(socket);
        joinAccepting();
    }

    /** A socket that is closed while a thread waits at it goes on listening until that thread has noticed. */
    private void joinAccepting() {
        try {
            accepting.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Undoes {@link #delay}, {@link #stall} and {@link #refuse}. */
    public void heal() {
        delay = Duration.ZERO;
        stalled(false);
        if (listening == null) {
            try {
                accepting = accept(Ports.listen(port));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        refuse();
        stalled(false);
        cut();
    }

    private Thread accept(ServerSocket socket) {
        listening = socket;
        return start(() -> {
            while (!socket.isClosed()) {
                try {
                    connect(socket.accept());
                } catch (IOException e) {
                    // Refused from now on, or the server is away: then the client has been reset.
                }
            }
        });
    }

    private Thread start(Runnable work) {
        return Thread.ofVirtual().name("proxy " + port).start(work);
    }

    private void connect(Socket client) throws IOException {
        Pair pair = new Pair(client, toTarget(client));
        try {
            pair.client.setTcpNoDelay(true);
            pair.server.setTcpNoDelay(true);
            // Before anyone can end the pair: streams of what has been ended cannot be had any more.
            Runnable there = pump(pair, pair.client, pair.server);
            Runnable back = pump(pair, pair.server, pair.client);
            pairs.add(pair);
            start(there);
            start(back);
        } catch (IOException e) {
            end(pair);
            throw e;
        }
    }

    private Socket toTarget(Socket client) throws IOException {
        try {
            return new Socket(InetAddress.getLoopbackAddress(), target);
        } catch (IOException e) {
            reset(client);
            throw e;
        }
    }

    private Runnable pump(Pair pair, Socket from, Socket to) throws IOException {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        return () -> pump(pair, from, in, to, out);
    }

    private void pump(Pair pair, Socket from, InputStream in, Socket to, OutputStream out) {
        byte[] buffer = new byte[16 * 1024];
        try {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                hold();
                write(to, out, buffer, read);
            }
            hold();
            to.shutdownOutput();
            if (from.isOutputShutdown()) {
                end(pair);
            }
        } catch (IOException | InterruptedException e) {
            end(pair);
        }
    }

    /** What was half closed takes nothing any more, also if that happens just now. */
    private void write(Socket to, OutputStream out, byte[] bytes, int length) throws IOException {
        try {
            if (!halfClosed.contains(to)) {
                out.write(bytes, 0, length);
            }
        } catch (IOException e) {
            if (!halfClosed.contains(to)) {
                throw e;
            }
        }
    }

    private void end(Pair pair) {
        pairs.remove(pair);
        halfClosed.remove(pair.client);
        close(pair.client);
        close(pair.server);
    }

    private void hold() throws InterruptedException {
        if (!delay.isZero()) {
            Thread.sleep(delay);
        }
        lock.lock();
        try {
            while (stalled) {
                flows.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private void stalled(boolean now) {
        lock.lock();
        try {
            stalled = now;
            flows.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static void reset(Socket socket) {
        closeByReset(socket);
        close(socket);
    }

    private static void closeByReset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // Closed already.
        }
    }

    private static void close(@Nullable AutoCloseable socket) {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (Exception e) {
            // It is gone, which was the wish.
        }
    }
}

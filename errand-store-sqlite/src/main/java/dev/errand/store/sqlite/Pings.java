package dev.errand.store.sqlite;

import dev.errand.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the nodes of other processes on this machine to look at the database: a datagram of one byte. It may get lost; they look anyway, later. */
final class Pings implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Pings.class);
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private @Nullable DatagramChannel sender;
    private @Nullable DatagramChannel receiver;

    /** Calls the listener for each ping, on a thread of its own. Answers the port. */
    synchronized int listen(Runnable listener) {
        try {
            DatagramChannel channel = DatagramChannel.open().bind(new InetSocketAddress(HERE, 0));
            receiver = channel;
            Thread.ofPlatform().name("errand-store-pings").daemon().start(() -> receive(channel, listener));
            return ((InetSocketAddress) channel.getLocalAddress()).getPort();
        } catch (IOException e) {
            throw new StoreException("No port on " + HERE + " to be woken by other processes: " + e.getMessage(), e);
        }
    }

    private static void receive(DatagramChannel channel, Runnable listener) {
        ByteBuffer buffer = ByteBuffer.allocate(8);
        try {
            while (true) {
                buffer.clear();
                channel.receive(buffer);
                listener.run();
            }
        } catch (ClosedChannelException e) {
            // Left.
        } catch (IOException e) {
            log.atWarn().setCause(e).log("Pings of other processes are not heard any more; polling goes on");
        }
    }

    synchronized void send(Collection<Integer> ports) {
        try {
            if (!ports.isEmpty() && sender == null) {
                sender = DatagramChannel.open();
                sender.configureBlocking(false);
            }
            for (int port : ports) {
                if (sender != null) {
                    sender.send(ByteBuffer.wrap(new byte[] {1}), new InetSocketAddress(HERE, port));
                }
            }
        } catch (IOException e) {
            log.atDebug().setCause(e).log("A ping was not sent; the other process polls");
        }
    }

    /** Hears no more. */
    synchronized void deafen() {
        receiver = closed(receiver);
    }

    @Override
    public synchronized void close() {
        deafen();
        sender = closed(sender);
    }

    private static @Nullable DatagramChannel closed(@Nullable DatagramChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

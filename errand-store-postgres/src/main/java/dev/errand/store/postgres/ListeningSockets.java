package dev.errand.store.postgres;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * Sockets for connections that listen. Once there is a notification, the driver looks for more with reads of one millisecond, so that
 * it hands the first over a millisecond late, and not at all while others come faster than that. On these sockets such a read looks,
 * and does not wait. The driver makes this object, by its name.
 */
public final class ListeningSockets extends SocketFactory {
    private static final int LOOK_MILLIS = 1;

    /** Has no state. */
    public ListeningSockets() {}

    /** Whether the driver can make one: another loader may have loaded it, or another module be in the way. */
    static boolean isKnownToDriver() {
        try {
            Class<?> ours = ListeningSockets.class;
            return Class.forName(ours.getName(), false, Driver.class.getClassLoader())
                            .equals(ours)
                    && ours.getModule().isExported(ours.getPackageName(), Driver.class.getModule());
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    @Override
    public Socket createSocket() {
        return new Listening();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connect(new InetSocketAddress(host, port), null);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return connect(new InetSocketAddress(host, port), new InetSocketAddress(localHost, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connect(new InetSocketAddress(host, port), null);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return connect(new InetSocketAddress(host, port), new InetSocketAddress(localHost, localPort));
    }

    private static Socket connect(InetSocketAddress to, @Nullable InetSocketAddress from) throws IOException {
        Socket socket = new Listening();
        try {
            socket.bind(from);
            socket.connect(to);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static final class Listening extends Socket {
        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read() throws IOException {
                    look();
                    return super.read();
                }

                @Override
                public int read(byte[] bytes, int from, int length) throws IOException {
                    look();
                    return super.read(bytes, from, length);
                }

                private void look() throws IOException {
                    if (getSoTimeout() == LOOK_MILLIS && available() == 0) {
                        throw new SocketTimeoutException("Nothing has come");
                    }
                }
            };
        }
    }
}

package dev.errand.store.postgres.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Free ports below those the system hands out: clients that try a closed one of those can end up connected to themselves. */
final class Ports {
    private static final int FROM = 20_000;
    private static final int TO = 32_000;

    private Ports() {}

    /** Listens on a free loopback port. */
    static ServerSocket listen() throws IOException {
        IOException last = new IOException("no free port");
        for (int i = 0; i < 100; i++) {
            try {
                return listen(ThreadLocalRandom.current().nextInt(FROM, TO));
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    static ServerSocket listen(int port) throws IOException {
        return new ServerSocket(port, 200, InetAddress.getLoopbackAddress());
    }

    static int free() throws IOException {
        try (ServerSocket socket = listen()) {
            return socket.getLocalPort();
        }
    }
}

package dev.errand.server.stream;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A client that reads nothing until it is told to, and takes little in the meantime. */
final class Stalled implements AutoCloseable {
    private final Socket socket = new Socket();

    private Stalled() {}

    /** Asks; this returns once the answer has begun. */
    static Stalled open(URI server, String path) throws IOException {
        Stalled stalled = new Stalled();
        stalled.socket.setReceiveBufferSize(65_536);
        stalled.socket.setSoTimeout((int) StreamClient.SOON.toMillis());
        stalled.socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
        stalled.socket
                .getOutputStream()
                .write(("GET " + path + " HTTP/1.0\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.UTF_8));
        stalled.socket.getInputStream().readNBytes(1);
        return stalled;
    }

    /** Reads until there were so many events, or the end; answers how many there were. */
    int countEvents(int most) throws IOException {
        BufferedReader in = new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        int events = 0;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            events += line.startsWith("data: ") ? 1 : 0;
            if (events == most) {
                return events;
            }
        }
        return events;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

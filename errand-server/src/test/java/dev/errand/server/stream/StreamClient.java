package dev.errand.server.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads server-sent events as browsers do, over a socket of its own. */
final class StreamClient implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(30);

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Frame END = new Frame("", "", "");

    private final Socket socket;
    private final BufferedReader in;
    private final List<String> head = new ArrayList<>();
    private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
    /** The last id, of a heartbeat too. */
    private volatile String lastId = "";

    private final AtomicInteger heartbeats = new AtomicInteger();

    /** @param data with line ends between its lines */
    record Frame(String id, String name, String data) {
        JsonNode json() {
            return MAPPER.readTree(data);
        }

        boolean isEnd() {
            return equals(END);
        }
    }

    private StreamClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Asks, and reads from then on; this returns with the head of the answer. */
    static StreamClient open(URI server, String path, String... headers) {
        try {
            StreamClient client = new StreamClient(new Socket(server.getHost(), server.getPort()));
            client.ask(path, headers);
            Thread.ofVirtual().start(client::read);
            return client;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void ask(String path, String... headers) throws IOException {
        StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.0\r\nHost: localhost\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        socket.getOutputStream().write((request + "\r\n").getBytes(StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            head.add(line);
        }
    }

    int status() {
        return Integer.parseInt(head.getFirst().split(" ", -1)[1]);
    }

    List<String> head() {
        return head;
    }

    private void read() {
        try {
            String name = "";
            StringBuilder data = new StringBuilder();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("id: ")) {
                    lastId = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data.append(data.isEmpty() ? "" : "\n").append(line.substring(6));
                } else if (line.startsWith(":")) {
                    heartbeats.incrementAndGet();
                } else if (!data.isEmpty()) {
                    frames.add(new Frame(lastId, name, data.toString()));
                    name = "";
                    data.setLength(0);
                }
            }
        } catch (IOException e) {
            // The test or the server has ended it.
        }
        frames.add(END);
    }

    Frame next() throws InterruptedException {
        Frame frame = frames.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(frame).as("a frame in time").isNotNull();
        return frame;
    }

    List<Frame> next(int count) throws InterruptedException {
        List<Frame> some = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            some.add(next());
        }
        return some;
    }

    boolean isEmpty() {
        return frames.isEmpty();
    }

    String lastId() {
        return lastId;
    }

    int heartbeats() {
        return heartbeats.get();
    }

    /** Until it knows where it is. */
    StreamClient placed() throws InterruptedException {
        long end = System.nanoTime() + SOON.toNanos();
        while (lastId.isEmpty()) {
            assertThat(System.nanoTime()).as("it has a place in time").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(2);
        }
        return this;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

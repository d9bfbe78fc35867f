package dev.errand.server.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.Task;
import dev.errand.server.ServerSettings;
import dev.errand.server.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** As many streams as a server takes: what they cost, and that each is told. */
@Tag("full")
class ManyStreamsTest {
    private static final int MANY = 2_000;
    private static final int MOST_MEGABYTES = 150;
    private static final int EVENTS = 5;
    private static final Path STATUS = Path.of("/proc/self/status");

    @AutoClose
    private final TestServer server = TestServer.open(
            ServerSettings.standard().withoutKeys(),
            Task.named("echo", Json.class, Json.class).run((payload, run) -> payload));

    private static Socket follow(URI server) throws IOException {
        Socket socket = new Socket(server.getHost(), server.getPort());
        socket.setSoTimeout((int) StreamClient.SOON.toMillis());
        socket.getOutputStream()
                .write("GET /api/errand/v1/events?name=told HTTP/1.1\r\nHost: localhost\r\n\r\n"
                        .getBytes(StandardCharsets.UTF_8));
        readTo(socket.getInputStream(), "\nid: ");
        return socket;
    }

    private static void readTo(InputStream in, String text) throws IOException {
        int matched = 0;
        while (matched < text.length()) {
            int next = in.read();
            assertThat(next).as("a stream that goes on").isNotNegative();
            matched = next == text.charAt(matched) ? matched + 1 : next == text.charAt(0) ? 1 : 0;
        }
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
    }

    /** Of this process, in megabytes; 0 where nobody tells. */
    private static long resident() throws IOException {
        if (!Files.exists(STATUS)) {
            return 0;
        }
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
                .findFirst()
                .orElse(0);
    }

    @Test
    void twoThousandTakeLittleAndAreAllTold(TestReporter reporter) throws Exception {
        follow(server.uri()).close(); // so that what one takes is there
        long heapBefore = heap();
        long residentBefore = resident();
        List<Socket> open = new ArrayList<>();
        try {
            while (open.size() < MANY - 1) {
                open.add(follow(server.uri()));
            }
            long heap = heap() - heapBefore;
            long resident = resident() - residentBefore;
            long begun = System.nanoTime();
            for (int n = 0; n < EVENTS; n++) {
                server.errand().raise("told", n);
            }
            for (Socket socket : open) {
                for (int n = 0; n < EVENTS; n++) {
                    readTo(socket.getInputStream(), "\ndata: ");
                }
            }
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            reporter.publishEntry(Map.of(
                    "heap MB", String.valueOf(heap),
                    "resident MB", String.valueOf(resident),
                    "five events told to all within ms", String.valueOf(took.toMillis())));
            assertThat(heap).as("megabytes of the heap").isLessThan(MOST_MEGABYTES);
            assertThat(resident).as("megabytes of the process").isLessThan(MOST_MEGABYTES);
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }
}

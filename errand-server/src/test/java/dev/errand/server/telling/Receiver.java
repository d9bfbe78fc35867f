package dev.errand.server.telling;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.errand.server.webhook.StandardWebhooks;
import dev.errand.server.webhook.StandardWebhooks.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Who wants to be told of events: keeps what is posted, and answers as it was told, else 200. */
final class Receiver implements AutoCloseable {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final long SECONDS = 60;

    /** An answer to come. */
    record Answer(int status, Map<String, String> headers) {
        static Answer of(int status) {
            return new Answer(status, Map.of());
        }
    }

    /** What was posted. */
    record Posted(String path, Headers headers, byte[] body) {
        JsonNode json() {
            return MAPPER.readTree(body);
        }

        String type() {
            return json().get("type").stringValue();
        }

        String id() {
            return headers.getFirst(StandardWebhooks.ID);
        }

        Verdict verdict(String secret, Instant now) {
            StandardWebhooks.Headers said = new StandardWebhooks.Headers(
                    id(), headers.getFirst(StandardWebhooks.TIMESTAMP), headers.getFirst(StandardWebhooks.SIGNATURE));
            return StandardWebhooks.verify(List.of(secret), said, body, now, Duration.ofMinutes(5));
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private final HttpServer server;
    private final BlockingQueue<Posted> posted = new LinkedBlockingQueue<>();
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private volatile int usual = 200;
    private volatile boolean holds;

    Receiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(Thread::startVirtualThread);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        Answer answer = answers.poll();
        Answer given = answer == null ? Answer.of(usual) : answer;
        posted.add(new Posted(exchange.getRequestURI().getPath(), exchange.getRequestHeaders(), body));
        if (holds) {
            awaitGoOn();
        }
        given.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        exchange.sendResponseHeaders(given.status(), -1);
        exchange.close();
    }

    private void awaitGoOn() throws IOException {
        try {
            goOn.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** Keeps those waiting who post from now on. */
    void hold() {
        holds = true;
    }

    void goOn() {
        holds = false;
        goOn.countDown();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), path));
    }

    /** What is answered next. */
    void willAnswer(Answer... next) {
        answers.addAll(List.of(next));
    }

    /** What is answered when nothing else was said. */
    void usually(int status) {
        usual = status;
    }

    Posted next() throws InterruptedException {
        Posted next = posted.poll(SECONDS, TimeUnit.SECONDS);
        assertThat(next).as("something is posted in time").isNotNull();
        return next;
    }

    boolean hasNothing() {
        return posted.isEmpty();
    }

    @Override
    public void close() {
        goOn();
        server.stop(0);
    }
}

package dev.errand.server.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** Watches as clients do, who say what they were answered last. */
final class Watcher {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final TestServer server;
    private final String path;
    private String place = "";

    /** @param path with what is asked for */
    Watcher(TestServer server, String path) {
        this.server = server;
        this.path = path + (path.contains("?") ? "&" : "?");
    }

    /** All rows. */
    Reply begin() {
        return ask("offset=-1");
    }

    /** What has changed, at once. */
    Reply catchUp() {
        return ask(place);
    }

    /** What has changed, once something has. */
    Reply next() {
        return ask("live=true&cursor=1&" + place);
    }

    /** What {@link #next} answers, which is asked now: this returns when the server listens for it. */
    CompletableFuture<Reply> later() throws InterruptedException {
        long before = held(server.errand());
        CompletableFuture<Reply> reply = CompletableFuture.supplyAsync(
                this::next, task -> Thread.ofVirtual().start(task));
        long end = System.nanoTime() + SOON.toNanos();
        while (held(server.errand()) == before && !reply.isDone()) {
            assertThat(System.nanoTime()).as("it is not held").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
        return reply;
    }

    /** How many requests are held. The kit listens, too, to all events. */
    static long held(Errand errand) {
        return errand.listeners().stream()
                .filter(listener ->
                        RealtimeEndpoints.OF_THE_ENGINE.equals(listener.filter().name()))
                .count();
    }

    private Reply ask(String where) {
        Reply reply = server.get(path + "log=full&" + where);
        if (reply.status() == 200) {
            place = "handle=%s&offset=%s".formatted(reply.header("electric-handle"), reply.header("electric-offset"));
        }
        return reply;
    }

    /** What the next request says. */
    String place() {
        return place;
    }

    /** Goes on from where another is. */
    Watcher from(Watcher other) {
        place = other.place;
        return this;
    }

    static Reply soon(CompletableFuture<Reply> reply) throws Exception {
        return reply.get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    /** The messages about rows; that nothing follows for now stands at the end. */
    static List<JsonNode> messages(Reply reply) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        List<JsonNode> messages = new ArrayList<>();
        reply.json().forEach(messages::add);
        assertThat(messages.removeLast().toString()).isEqualTo("{\"headers\":{\"control\":\"up-to-date\"}}");
        return messages;
    }

    /** The one row of an answer. */
    static JsonNode row(Reply reply) {
        List<JsonNode> messages = messages(reply);
        assertThat(messages).hasSize(1);
        return messages.getFirst().path("value");
    }

    /** How each row came, and which: {@code insert run_1}. */
    static List<String> changes(Reply reply) {
        return messages(reply).stream()
                .map(message -> message.path("headers").path("operation").asString() + " "
                        + message.path("value").path("id").asString())
                .toList();
    }
}

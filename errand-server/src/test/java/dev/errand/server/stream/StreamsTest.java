package dev.errand.server.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.Role;
import dev.errand.Run;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import dev.errand.server.call.Caller;
import dev.errand.server.call.Secret;
import dev.errand.server.call.Surroundings;
import dev.errand.server.http.Audit;
import dev.errand.server.http.HttpServer;
import dev.errand.testkit.TestErrand;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** How many are open, how long, and what ends them. */
class StreamsTest {
    private static final String BASE = "/api/errand/v1/";
    private static final Duration SOON = StreamClient.SOON;
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final int MOST = 3;
    /** More than lies between a server and a client. */
    private static final int BIG = 35;

    @AutoClose
    private final TestErrand test =
            TestErrand.open(Task.named("echo", Json.class, Json.class).run((payload, run) -> payload));

    private final AtomicBoolean ending = new AtomicBoolean();

    private HttpServer open(Duration heartbeat) throws IOException {
        Surroundings around =
                new Surroundings(test.errand(), ending::get, () -> URI.create("http://x"), Secret.random());
        return new HttpServer(
                "127.0.0.1",
                0,
                StreamEndpoints.of(around, heartbeat, MOST, 1),
                (head, route) -> new Caller("somebody", Role.VIEWER),
                1_000,
                SOON,
                new Audit(test.errand().operations().audit(), test.errand()::now));
    }

    private static URI uri(HttpServer server) {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    private static StreamClient follow(HttpServer server, String query) throws InterruptedException {
        StreamClient client = StreamClient.open(uri(server), BASE + "events" + query);
        return client.status() == 200 ? client.placed() : client;
    }

    private static void until(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + SOON.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private static boolean isRoom(HttpServer server) {
        try (StreamClient one = StreamClient.open(uri(server), BASE + "events")) {
            return one.status() == 200;
        }
    }

    @Test
    void whereNothingHappensOneHearsThatTheServerIsThereAndHowFarItHasLooked() throws Exception {
        try (HttpServer server = open(SHORT);
                StreamClient client = follow(server, "?name=never")) {
            String begun = client.lastId();
            until("three heartbeats", () -> client.heartbeats() > 3);
            assertThat(client.lastId()).isEqualTo(begun);
            test.errand().raise("other", null);
            until("it looked beyond it", () -> !client.lastId().equals(begun));
            assertThat(client.isEmpty()).isTrue();
        }
    }

    @Test
    void thoseForWhomThereIsNoRoomAreSentAwayUntilAnotherHasGone() throws Exception {
        try (HttpServer server = open(SHORT)) {
            List<StreamClient> open = new ArrayList<>();
            for (int i = 0; i < MOST; i++) {
                open.add(follow(server, ""));
            }
            Reply refused = TestServer.send(HttpRequest.newBuilder(URI.create(uri(server) + BASE + "events")));
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.header("retry-after")).isEqualTo("1");
            open.getFirst().close(); // without a word
            until("the place is free", () -> isRoom(server));
            open.forEach(StreamClient::close);
        }
    }

    @Test
    void aServerThatEndsEndsThemAllAndNothingIsLost() throws Exception {
        String place;
        try (HttpServer server = open(LONG);
                StreamClient client = follow(server, "?name=told")) {
            test.errand().raise("told", 1);
            assertThat(client.next().name()).isEqualTo("told");
            ending.set(true);
            assertThat(client.next().isEnd()).isTrue();
            place = client.lastId();
        }
        ending.set(false);
        test.errand().raise("told", 2);
        try (HttpServer server = open(LONG);
                StreamClient client = follow(server, "?name=told&after=" + place)) {
            assertThat(client.next().json().path("data").asInt()).isEqualTo(2);
            ending.set(true);
        }
    }

    @Test
    void whoWaitsForTheEndOfARunIsLetGoOfWhenTheServerEnds() throws Exception {
        Run<Json> run =
                test.errand().trigger("echo", null, TriggerOptions.none().after(Duration.ofDays(1)));
        try (HttpServer server = open(LONG)) {
            URI end = URI.create(uri(server) + BASE + "runs/" + run.id() + "/end?wait=PT1M");
            CompletableFuture<Reply> held = CompletableFuture.supplyAsync(
                    () -> TestServer.send(HttpRequest.newBuilder(end)),
                    task -> Thread.ofVirtual().start(task));
            ending.set(true);
            assertThat(held.get(SOON.toSeconds(), TimeUnit.SECONDS).status()).isEqualTo(204);
        }
    }

    @Test
    void aClientThatReadsNothingHoldsNobodyUp() throws Exception {
        try (HttpServer server = open(SHORT);
                Stalled stalled = Stalled.open(uri(server), BASE + "events?name=big");
                StreamClient prompt = follow(server, "?name=big")) {
            String load = "x".repeat(200_000);
            for (int i = 0; i < BIG; i++) {
                test.errand().raise("big", load);
                assertThat(prompt.next().name()).isEqualTo("big");
            }
            assertThat(stalled.countEvents(BIG)).isEqualTo(BIG);
        }
    }
}

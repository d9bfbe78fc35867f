package dev.errand.server.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.Role;
import dev.errand.Run;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.server.Reply;
import dev.errand.server.ServerSettings;
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

/** How long one is held, how many are, and what ends it. */
class WatchingTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final int MOST = 3;

    @AutoClose
    private final TestErrand test =
            TestErrand.open(Task.named("echo", Json.class, Json.class).run((payload, run) -> payload));

    private final AtomicBoolean ending = new AtomicBoolean();

    private final Run<Json> run =
            test.errand().trigger("echo", null, TriggerOptions.none().after(Duration.ofDays(1)));

    private HttpServer open(Duration hold) throws IOException {
        Surroundings around =
                new Surroundings(test.errand(), ending::get, () -> URI.create("http://x"), Secret.random());
        return new HttpServer(
                "127.0.0.1",
                0,
                RealtimeEndpoints.of(around, hold, MOST),
                (head, route) -> new Caller("somebody", Role.VIEWER),
                1_000,
                SOON,
                new Audit(test.errand().operations().audit(), test.errand()::now));
    }

    private Reply get(HttpServer server, String query) {
        return TestServer.send(HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:%d/realtime/v1/runs/%s?%s".formatted(server.port(), run.id(), query))));
    }

    private String place(HttpServer server) {
        Reply reply = get(server, "offset=-1");
        return "live=true&handle=%s&offset=%s"
                .formatted(reply.header("electric-handle"), reply.header("electric-offset"));
    }

    private CompletableFuture<Reply> held(HttpServer server, String place) throws InterruptedException {
        long before = Watcher.held(test.errand());
        CompletableFuture<Reply> reply = CompletableFuture.supplyAsync(
                () -> get(server, place), task -> Thread.ofVirtual().start(task));
        until(() -> Watcher.held(test.errand()) > before);
        return reply;
    }

    private static void until(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + SOON.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it is so").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test
    void whenTheTimeHasPassedNothingIsToldButWhatNobodyHeard() throws Exception {
        try (HttpServer server = open(Duration.ofMillis(200))) {
            String place = place(server);
            Reply nothing = get(server, place);
            assertThat(nothing.status()).isEqualTo(200);
            assertThat(Watcher.messages(nothing)).isEmpty();
            assertThat(nothing.header("electric-offset").split("_", -1)[1]).isEqualTo(place.split("_", -1)[1]);
        }
        try (HttpServer server = open(Duration.ofSeconds(2))) {
            CompletableFuture<Reply> held = held(server, place(server));
            run.reschedule(test.errand().now().plus(Duration.ofDays(2)));
            assertThat(Watcher.messages(held.get(30, TimeUnit.SECONDS))).hasSize(1);
        }
    }

    @Test
    void thoseForWhomThereIsNoRoomAreSentAwayAndMayComeAgain() throws Exception {
        try (HttpServer server = open(LONG)) {
            String place = place(server);
            List<CompletableFuture<Reply>> held = new ArrayList<>();
            for (int i = 0; i < MOST; i++) {
                held.add(held(server, place));
            }
            Reply refused = get(server, place);
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.header("retry-after")).isEqualTo("1");
            assertThat(get(server, "offset=-1").status())
                    .as("who does not wait")
                    .isEqualTo(200);
            run.cancel();
            for (CompletableFuture<Reply> reply : held) {
                assertThat(Watcher.messages(reply.get(30, TimeUnit.SECONDS))).hasSize(1);
            }
            assertThat(get(server, place).status()).as("there is room again").isEqualTo(200);
        }
        assertThat(Watcher.held(test.errand())).isZero();
    }

    @Test
    void aServerThatEndsLetsGoOfAllAtOnce() throws Exception {
        try (HttpServer server = open(LONG)) {
            CompletableFuture<Reply> held = held(server, place(server));
            ending.set(true);
            Reply reply = held.get(10, TimeUnit.SECONDS);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(Watcher.messages(reply)).isEmpty();
        }
    }

    @Test
    void theEndOfAServerTakesNoLongerForThoseWhoWatch() throws Exception {
        try (TestServer server =
                TestServer.open(Task.named("echo", Json.class, Json.class).run((payload, run) -> payload))) {
            Run<Json> later =
                    server.errand().trigger("echo", null, TriggerOptions.none().after(Duration.ofDays(1)));
            Watcher watcher = new Watcher(server, "/realtime/v1/runs/" + later.id());
            watcher.begin();
            CompletableFuture<Reply> held = watcher.later();
            long begun = System.nanoTime();
            server.end();
            assertThat(Watcher.messages(Watcher.soon(held))).isEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .as("less than it waits for answers under way")
                    .isLessThan(ServerSettings.standard().drain());
        }
    }
}

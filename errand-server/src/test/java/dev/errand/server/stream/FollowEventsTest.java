package dev.errand.server.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.EventLog;
import dev.errand.Json;
import dev.errand.LoggedEvent;
import dev.errand.Role;
import dev.errand.Run;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.json.ApiJson;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Events as they happen, and from where one was. */
@Tag(TestServer.STORES)
class FollowEventsTest {
    private static final String EVENTS = "/api/errand/v1/events";
    private static final Duration SOON = StreamClient.SOON;

    @AutoClose
    private static final TestServer server =
            TestServer.open(Task.named("says", Json.class, Json.class).run((payload, run) -> {
                run.raise("said", payload);
                return payload;
            }));

    private static StreamClient follow(String query, String... headers) {
        String[] all = Arrays.copyOf(headers, headers.length + 1);
        all[headers.length] = "Authorization: Bearer " + server.key(Role.VIEWER);
        StreamClient client = StreamClient.open(server.uri(), EVENTS + query, all);
        assertThat(client.status()).isEqualTo(200);
        return client;
    }

    private static Run<Json> say(Object payload, String... tags) throws InterruptedException {
        Run<Json> run =
                server.errand().trigger("says", payload, TriggerOptions.none().tags(tags));
        run.await(SOON);
        return run;
    }

    private static Event event(StreamClient.Frame frame) {
        return ApiJson.read(frame.data().getBytes(StandardCharsets.UTF_8), Event.class);
    }

    private static List<String> data(List<StreamClient.Frame> frames) {
        return frames.stream()
                .map(frame -> frame.json().path("data").toString())
                .toList();
    }

    @Test
    void eventsAreToldAsTheyHappenAsTheLibraryTellsThem() throws Exception {
        try (StreamClient client = follow("?name=said").placed()) {
            assertThat(client.head())
                    .anyMatch(line -> line.equalsIgnoreCase("content-type: text/event-stream"))
                    .anyMatch(line -> line.equalsIgnoreCase("x-accel-buffering: no"))
                    .anyMatch(line -> line.equalsIgnoreCase("cache-control: no-store"));
            Run<Json> run = say(Map.of("n", 1));
            StreamClient.Frame frame = client.next();
            assertThat(frame.name()).isEqualTo("said");
            LoggedEvent logged = server.errand()
                    .eventLog()
                    .read(EventFilter.of(run.id()).withName("said"), EventLog.BEGINNING, 1_000)
                    .events()
                    .getFirst();
            assertThat(event(frame)).isEqualTo(logged.event());
            assertThat(frame.json().path("data").path("n").asInt()).isEqualTo(1);
        }
    }

    @Test
    void whoComesAgainGetsWhatHappenedInBetween() throws Exception {
        String place;
        try (StreamClient client = follow("?name=counted").placed()) {
            server.errand().raise("counted", 1);
            server.errand().raise("counted", 2);
            server.errand().raise("counted", 3);
            assertThat(data(client.next(3))).containsExactly("1", "2", "3");
            place = client.lastId();
        }
        server.errand().raise("counted", 4);
        server.errand().raise("counted", 5);
        try (StreamClient client = follow("?name=counted", "Last-Event-ID: " + place)) {
            assertThat(data(client.next(2))).containsExactly("4", "5");
            server.errand().raise("counted", 6);
            assertThat(data(client.next(1))).containsExactly("6");
        }
        try (StreamClient client = follow("?name=counted&after=" + place.replace("/", "%2F"))) {
            assertThat(data(client.next(3))).containsExactly("4", "5", "6");
        }
    }

    @Test
    void whoBeganBeforeAnythingHappenedMissesNothing() throws Exception {
        String place;
        try (StreamClient client = follow("?name=early").placed()) {
            place = client.lastId();
        }
        server.errand().raise("early", "bird");
        try (StreamClient client = follow("?name=early", "Last-Event-ID: " + place)) {
            assertThat(data(client.next(1))).containsExactly("\"bird\"");
        }
    }

    @Test
    void onlyWhatOneAsksForIsTold() throws Exception {
        Run<Json> later = server.errand()
                .trigger("says", 7, TriggerOptions.none().name("seventh").after(Duration.ofMinutes(5)));
        try (StreamClient tagged = follow("?name=said&tags=red,blue").placed();
                StreamClient one = follow("?run=" + later.id()).placed();
                StreamClient named = follow("?runName=seventh").placed();
                StreamClient task = follow("?task=SAYS&name=run.state").placed()) {
            say(1);
            say(2, "blue");
            say(3, "red", "green");
            later.cancel();
            assertThat(data(tagged.next(2))).containsExactly("2", "3");
            assertThat(one.next().json().path("to").asString()).isEqualTo("CANCELED");
            assertThat(named.next().json().path("to").asString()).isEqualTo("CANCELED");
            assertThat(task.next(5)).allSatisfy(frame -> {
                assertThat(frame.name()).isEqualTo("run.state");
                assertThat(event(frame).task()).isEqualTo("says");
            });
            assertThat(tagged.isEmpty() && one.isEmpty() && named.isEmpty()).isTrue();
        }
    }

    @Test
    void whatANameOrDataHoldCannotBeTakenForAnotherEvent() throws Exception {
        try (StreamClient client = follow("?name=odd*").placed()) {
            server.errand().raise("odd\ndata: 1", new Json("{\n  \"a\": \"b\",\r\n\"c\":1}"));
            server.errand().raise("odd", null);
            StreamClient.Frame frame = client.next();
            assertThat(event(frame).name()).isEqualTo("odd\ndata: 1");
            assertThat(frame.json().path("data").path("c").asInt()).isEqualTo(1);
            assertThat(client.next().json().has("data")).isFalse();
        }
    }

    @Test
    void whatWasDeletedInBetweenIsToldAsAGap() throws Exception {
        EventLog log = server.errand().eventLog();
        String place = log.end();
        server.errand().raise("lost", 1);
        server.errand().raise("lost", 2);
        long end = System.nanoTime() + SOON.toNanos();
        while (log.read(EventFilter.named("lost"), place, 100).missed() < 2) {
            server.test().clock().advance(Duration.ofDays(2));
            assertThat(System.nanoTime()).as("it is deleted in time").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(50);
        }
        server.errand().raise("lost", 3);
        try (StreamClient client = follow("?name=lost", "Last-Event-ID: " + place)) {
            StreamClient.Frame gap = client.next();
            assertThat(gap.name()).isEqualTo("gap");
            assertThat(gap.json().path("missed").asLong()).isGreaterThanOrEqualTo(2);
            assertThat(data(client.next(1))).containsExactly("3");
        }
    }

    @Test
    void whatCannotBeAskedIsRefusedWithItsName() {
        for (String query : List.of("after=x", "run=run_1", "colour=red", "after=0:1,")) {
            Reply reply = server.get(EVENTS + "?" + query);
            assertThat(reply.status()).as(query).isEqualTo(400);
            assertThat(reply.at("param")).isEqualTo(query.replaceAll("=.*", ""));
        }
        assertThat(server.send("GET", EVENTS, null, null).status()).isEqualTo(401);
        assertThat(server.send("HEAD", EVENTS, null, server.key(Role.VIEWER)).status())
                .isEqualTo(200);
    }
}

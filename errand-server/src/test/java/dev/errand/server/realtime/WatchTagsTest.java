package dev.errand.server.realtime;

import static dev.errand.server.realtime.Watcher.changes;
import static dev.errand.server.realtime.Watcher.soon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.Run;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.server.ErrandServer;
import dev.errand.server.Reply;
import dev.errand.server.ServerSettings;
import dev.errand.server.TestServer;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag(TestServer.STORES)
class WatchTagsTest {
    @AutoClose
    private static final TestServer server =
            TestServer.open(Task.named("echo", Json.class, Json.class).run((payload, run) -> payload));

    /** Of this test alone; a tag may hold what separates parts of a path or a query. */
    private final String tag = "user:" + UUID.randomUUID() + "/ü&=";

    private final Watcher watcher = new Watcher(server, "/realtime/v1/runs?tags=" + encoded(tag));

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static Run<Json> delayed(String... tags) {
        return server.errand()
                .trigger(
                        "echo",
                        null,
                        TriggerOptions.none().after(Duration.ofDays(30)).tags(tags));
    }

    @Test
    void runsWithAllOfTheTagsAreTold() {
        Run<Json> both = delayed("b", tag, "a");
        Run<Json> more = delayed(tag, "b");
        delayed("b");
        delayed(tag, "a");
        assertThat(changes(watcherOf(tag, "b").begin()))
                .as("oldest first")
                .containsExactly("insert " + both.id(), "insert " + more.id());
        assertThat(changes(watcherOf("b", tag).begin())).hasSize(2);
        assertThat(changes(watcherOf(tag, "c").begin())).isEmpty();
    }

    private static Watcher watcherOf(String... tags) {
        return new Watcher(server, "/realtime/v1/runs?tags=" + encoded(String.join(",", tags)));
    }

    @Test
    void whatComesAndWhatChangesIsToldAndNothingElse() throws Exception {
        Run<Json> first = delayed(tag);
        Run<Json> second = delayed(tag);
        assertThat(changes(watcher.begin())).hasSize(2);
        assertThat(changes(watcher.catchUp())).isEmpty();
        CompletableFuture<Reply> held = watcher.later();
        delayed("another");
        Run<Json> third = delayed(tag);
        assertThat(changes(soon(held))).containsExactly("insert " + third.id());
        held = watcher.later();
        second.cancel();
        assertThat(changes(soon(held))).containsExactly("update " + second.id());
        first.cancel();
        third.cancel();
        assertThat(changes(watcher.next())).as("in the meantime").hasSize(2);
    }

    @Test
    void whoAskedAnotherServerBeforeLosesNothing() throws Exception {
        Run<Json> first = delayed(tag);
        Run<Json> second = delayed(tag);
        watcher.begin();
        try (ErrandServer other = ErrandServer.start(
                server.errand(), ServerSettings.standard().port(0).withoutKeys())) {
            String path = other.uri() + "/realtime/v1/runs?tags=" + encoded(tag) + "&";
            second.cancel();
            assertThat(changes(get(path + "live=true&" + watcher.place())))
                    .as("it does not know which")
                    .containsExactly("update " + first.id(), "update " + second.id());
            assertThat(changes(watcher.catchUp())).as("here it is known").containsExactly("update " + second.id());
            assertThat(changes(get(path + watcher.place())))
                    .as("nothing is new")
                    .isEmpty();
        }
    }

    private static Reply get(String uri) {
        return TestServer.send(HttpRequest.newBuilder(URI.create(uri)));
    }

    @Test
    void runsOfTheDayBeforeAreToldUnlessOneSaysOtherwise() throws Exception {
        Run<Json> old = delayed(tag);
        server.test().clock().advance(Duration.ofHours(25));
        Run<Json> fresh = delayed(tag);
        assertThat(changes(watcher.begin())).containsExactly("insert " + fresh.id());
        Watcher longer = new Watcher(server, "/realtime/v1/runs?createdAt=2d&tags=" + encoded(tag));
        assertThat(changes(longer.begin())).containsExactly("insert " + old.id(), "insert " + fresh.id());
        server.test().clock().advance(Duration.ofHours(25));
        assertThat(changes(watcher.catchUp())).as("counted from when one began").isEmpty();
        fresh.cancel();
        assertThat(changes(watcher.next())).containsExactly("update " + fresh.id());
        Watcher ever = new Watcher(server, "/realtime/v1/runs?createdAt=999999999w999999999w&tags=" + encoded(tag));
        assertThat(changes(ever.begin())).hasSize(2);
    }

    @Test
    void withoutTagsOrWithNoDurationItIs400() {
        for (String query : List.of("", "?tags=", "?tags=%2C", "?createdAt=1h")) {
            Reply reply = server.get("/realtime/v1/runs" + query);
            assertThat(reply.status()).as(query).isEqualTo(400);
            assertThat(reply.at("param")).as(query).isEqualTo("tags");
        }
        Reply reply = server.get("/realtime/v1/runs?tags=a&createdAt=yesterday");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.at("param")).isEqualTo("createdAt");
    }
}

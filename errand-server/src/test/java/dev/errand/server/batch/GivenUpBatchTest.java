package dev.errand.server.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Batches;
import dev.errand.Json;
import dev.errand.Role;
import dev.errand.Task;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** On a server of its own, whose clock goes on by a day. */
class GivenUpBatchTest {
    @AutoClose
    private static final TestServer server =
            TestServer.open(Task.named("echo", Json.class, Json.class).run((payload, run) -> payload));

    @Test
    void oneToWhichNothingCameForADayTakesNoMore() throws InterruptedException {
        String items = "/api/v3/batches/"
                + server.post("/api/v3/batches", "{\"runCount\": 2}").at("id") + "/items";
        assertThat(fill(items, 1).at("sealed")).isEqualTo("false");
        server.test().advance(Batches.OPEN_FOR);
        Reply late = fill(items, 0);
        assertThat(late.status()).isEqualTo(422);
        assertThat(late.error()).contains("was given up");
    }

    private static Reply fill(String path, int index) {
        return TestServer.send(HttpRequest.newBuilder(URI.create(server.uri() + path))
                .header("authorization", "Bearer " + server.key(Role.OPERATOR))
                .header("content-type", "application/x-ndjson")
                .POST(BodyPublishers.ofString("{\"index\": " + index + ", \"task\": \"echo\"}")));
    }
}

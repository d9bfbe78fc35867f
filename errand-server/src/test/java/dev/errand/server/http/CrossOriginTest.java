package dev.errand.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.Task;
import dev.errand.server.RawConnection;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What browsers are told of pages of others. */
class CrossOriginTest {
    private static final String TRIGGER = "/api/v1/tasks/echo/trigger";

    @AutoClose
    private static final TestServer server =
            TestServer.open(Task.named("echo", Json.class, Json.class).run((payload, run) -> payload));

    private static void isReadable(Reply reply) {
        assertThat(reply.header("access-control-allow-origin")).isEqualTo("*");
        assertThat(reply.header("access-control-expose-headers")).isEqualTo("*");
        assertThat(reply.header("access-control-allow-credentials")).isEmpty();
    }

    @Test
    void whereTokensAreTakenAnyPageReadsTheAnswer() {
        Reply triggered = server.post(TRIGGER, "{}");
        isReadable(triggered);
        isReadable(server.get("/api/v3/runs/" + triggered.at("id")));
        isReadable(server.post("/api/v2/runs/" + triggered.at("id") + "/cancel", null));
    }

    @Test
    void andWhatWentWrong() throws IOException {
        Reply unknown = server.send("POST", TRIGGER, "{}", null);
        assertThat(unknown.status()).isEqualTo(401);
        isReadable(unknown);
        Reply malformed = server.post(TRIGGER, "not json");
        assertThat(malformed.status()).isEqualTo(400);
        isReadable(malformed);
        Reply nothing = server.get("/api/v3/runs/run_1");
        assertThat(nothing.status()).isEqualTo(404);
        isReadable(nothing);
        Reply otherwise = server.send("PUT", TRIGGER, "{}", "any");
        assertThat(otherwise.status()).isEqualTo(405);
        isReadable(otherwise);
        assertThat(RawConnection.say(
                        server.uri(),
                        "POST " + TRIGGER + " HTTP/1.1",
                        "Host: x",
                        "Content-Length: -1",
                        "Connection: close"))
                .as("by the library")
                .startsWith("HTTP/1.1 400")
                .containsIgnoringCase("access-control-allow-origin: *");
    }

    @Test
    void whatABrowserAsksBeforehandItIsAllowed() {
        Reply reply = server.send("OPTIONS", TRIGGER, null, null);
        assertThat(reply.status()).isEqualTo(204);
        assertThat(reply.body()).isEmpty();
        assertThat(reply.header("content-length")).isEmpty();
        isReadable(reply);
        assertThat(reply.header("access-control-allow-methods")).isEqualTo("POST");
        assertThat(reply.header("access-control-allow-headers").split(", "))
                .contains("authorization", "content-type", "*");
        assertThat(server.send("OPTIONS", "/api/v3/runs/run_1", null, null).header("access-control-allow-methods"))
                .isEqualTo("GET");
    }

    @Test
    void elsewhereItIsNot() {
        for (String path :
                List.of("/api/v1/runs", "/api/errand/v1/keys", "/api/v1/auth/public-tokens", "/health/live", "/none")) {
            Reply preflight = server.send("OPTIONS", path, null, null);
            assertThat(preflight.status()).as(path).isIn(404, 405);
            assertThat(preflight.header("access-control-allow-origin")).as(path).isEmpty();
            assertThat(server.get(path).header("access-control-allow-origin"))
                    .as(path)
                    .isEmpty();
        }
    }
}

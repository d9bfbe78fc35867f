package dev.errand.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.Json;
import dev.errand.Task;
import dev.errand.server.RawConnection;
import dev.errand.server.Reply;
import dev.errand.server.ServerSettings;
import dev.errand.server.TestServer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class LoopbackGateTest {
    @AutoClose
    private static final TestServer server = TestServer.open(
            ServerSettings.standard().withoutKeys(),
            Task.named("echo", Json.class, Json.class).run((payload, run) -> payload));

    private static final int PORT = server.uri().getPort();

    private static String ask(String host, String... more) throws IOException {
        return askFor("/api/v1/runs", host, more);
    }

    private static String askFor(String path, String host, String... more) throws IOException {
        String[] lines = new String[more.length + 3];
        lines[0] = "GET " + path + " HTTP/1.1";
        lines[1] = "Host: " + host;
        lines[2] = "Connection: close";
        System.arraycopy(more, 0, lines, 3, more.length);
        return RawConnection.say(server.uri(), lines);
    }

    @Test
    void whoSitsHereNeedsNoKeyAndMayShowAny() throws IOException {
        assertThat(server.send("GET", "/api/v1/runs", null, null).status()).isEqualTo(200);
        assertThat(server.get("/api/v1/runs").status()).isEqualTo(200);
        for (String host : List.of("localhost", "LOCALHOST", "127.0.0.1", "[::1]")) {
            assertThat(ask(host + ":" + PORT)).as(host).startsWith("HTTP/1.1 200");
            assertThat(ask(host)).as(host).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aPageWhoseNameWasMadeToLeadHereIsRefused() throws IOException {
        for (String host : List.of(
                "evil.example", "evil.example:" + PORT, "localhost.evil.example", "127.0.0.1.evil.example:80")) {
            assertThat(ask(host)).as(host).startsWith("HTTP/1.1 403").contains("\"error\":");
        }
    }

    @Test
    void aPageOfAnotherOriginIsRefused() throws IOException {
        String own = "127.0.0.1:" + PORT;
        assertThat(ask(own, "Origin: http://" + own)).startsWith("HTTP/1.1 200");
        for (String origin : List.of(
                "http://evil.example",
                "null",
                "http://127.0.0.1:1",
                "http://localhost:" + PORT,
                "http://" + own + ".evil.example",
                "%%")) {
            assertThat(ask(own, "Origin: " + origin)).as(origin).startsWith("HTTP/1.1 403");
        }
    }

    @Test
    void withoutKeysNobodyElseIsListenedTo() {
        for (String host : List.of("0.0.0.0", "::", "192.0.2.1")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TestServer.open(
                            ServerSettings.standard().withoutKeys().host(host)))
                    .withMessageContaining("127.0.0.1");
        }
    }

    @Test
    void whatABrowserSendsForAPageFromElsewhereIsRefusedEvenWithoutItsOrigin() throws IOException {
        String own = "127.0.0.1:" + PORT;
        for (String site : List.of("same-origin", "none")) {
            assertThat(ask(own, "Sec-Fetch-Site: " + site)).as(site).startsWith("HTTP/1.1 200");
        }
        for (String site : List.of("cross-site", "same-site", "x")) {
            assertThat(ask(own, "Sec-Fetch-Site: " + site)).as(site).startsWith("HTTP/1.1 403");
        }
    }

    @Test
    void aPageFromElsewhereMayWhatATokenOfThisServerAllows() throws IOException {
        Reply triggered = server.post("/api/v1/tasks/echo/trigger", "{}");
        String run = "/api/v3/runs/" + triggered.at("id");
        String bearer = "Authorization: Bearer " + triggered.header("x-trigger-jwt");
        String own = "127.0.0.1:" + PORT;
        assertThat(askFor(run, own, "Origin: http://localhost:3000", "Sec-Fetch-Site: same-site", bearer))
                .startsWith("HTTP/1.1 200")
                .containsIgnoringCase("access-control-allow-origin: *");
        assertThat(askFor(run, own, "Origin: http://localhost:3000")).startsWith("HTTP/1.1 403");
        assertThat(askFor("/api/v1/runs", own, "Origin: http://localhost:3000", bearer))
                .startsWith("HTTP/1.1 403");
        assertThat(askFor(run, "evil.example", bearer)).startsWith("HTTP/1.1 403");
        String other = server.post("/api/v1/tasks/echo/trigger", "{}").at("id");
        assertThat(askFor("/api/v3/runs/" + other, own, bearer)).startsWith("HTTP/1.1 403");
        assertThat(askFor(run, own, "Origin: http://localhost:3000", bearer + "x"))
                .as("forged")
                .startsWith("HTTP/1.1 403");
        assertThat(server.post("/api/v1/auth/jwt/claims", null).body())
                .isEqualTo("{\"sub\":\"developer\",\"pub\":true}");
    }
}

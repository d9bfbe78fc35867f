package dev.errand.server.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.Token;
import dev.errand.TokenId;
import dev.errand.TokenState;
import dev.errand.server.Reply;
import dev.errand.server.ServerSettings;
import dev.errand.server.TestServer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Wait tokens over HTTP: completed by who has a key, and by who has their address. */
@Tag(TestServer.STORES)
class CompleteTokenTest {
    private static final String TOKENS = "/api/v1/waitpoints/tokens";
    private static final String DONE = "{\"success\":true}";

    @AutoClose
    private static final TestServer server = TestServer.open(Task.named("wait", String.class, String.class)
            .run((token, run) ->
                    run.await(Token.of(TokenId.of(token), String.class)).unwrap()));

    private final Reply created = server.post(TOKENS, "{}");
    private final String id = created.at("id");

    private Reply complete(String body) {
        return server.post(TOKENS + "/" + id + "/complete", body);
    }

    private static Reply callback(String url, String body) {
        return callback(url, BodyPublishers.ofString(body));
    }

    private static Reply callback(String url, BodyPublisher body) {
        return TestServer.send(HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(60))
                .POST(body));
    }

    private String output() {
        return server.get(TOKENS + "/" + id).at("output");
    }

    private TokenState state() {
        return server.errand().tokens().get(TokenId.of(id)).state();
    }

    @Test
    void theFirstValueIsKeptAndWhoComesLaterIsToldTheSame() {
        assertThat(complete("{\"data\": {\"by\": \"Ada\", \"n\": 42, \"x\": 1.50}}")
                        .body())
                .isEqualTo(DONE);
        for (Reply later :
                List.of(complete("{\"data\": \"other\"}"), complete("{}"), callback(created.at("url"), "\"other\""))) {
            assertThat(later.status()).isEqualTo(200);
            assertThat(later.body()).isEqualTo(DONE);
        }
        Reply reply = server.get(TOKENS + "/" + id);
        assertThat(reply.at("status")).isEqualTo("COMPLETED");
        assertThat(reply.at("output")).isEqualTo("{\"by\":\"Ada\",\"n\":42,\"x\":1.50}");
        assertThat(reply.at("outputType")).isEqualTo("application/json");
        assertThat(reply.at("outputIsError")).isEqualTo("false");
        assertThat(reply.at("completedAt")).isEqualTo(server.errand().now().toString());
    }

    @Test
    void aValueIsAnyJson() {
        for (var value : Map.of(
                        "{\"data\": 42}", "42",
                        "{\"data\": \"42\"}", "\"42\"",
                        "{\"data\": [1, null, {}]}", "[1,null,{}]",
                        "{\"data\": false}", "false",
                        "{\"data\": null}", "null",
                        "{\"data\": \"\\u0000ü\"}", "\"\\u0000ü\"",
                        "{}", "null",
                        "", "null")
                .entrySet()) {
            String token = server.post(TOKENS, "{}").at("id");
            assertThat(server.post(TOKENS + "/" + token + "/complete", value.getKey())
                            .body())
                    .isEqualTo(DONE);
            assertThat(server.get(TOKENS + "/" + token).at("output"))
                    .as(value.getKey())
                    .isEqualTo(value.getValue());
        }
    }

    @Test
    void whoeverHasTheAddressCompletesTheTokenWithAllOfTheBody() {
        assertThat(callback(created.at("url"), "{\"data\": [1e2]}").body()).isEqualTo(DONE);
        assertThat(new Json(output()).text()).isEqualTo("{\"data\":[1E+2]}");
        for (var body : Map.of("[1, 2]", "[1,2]", "\"text\"", "\"text\"", " 7 ", "7", "null", "null", "", "null")
                .entrySet()) {
            Reply other = server.post(TOKENS, "{}");
            assertThat(callback(other.at("url"), body.getKey()).body()).isEqualTo(DONE);
            assertThat(server.get(TOKENS + "/" + other.at("id")).at("output")).isEqualTo(body.getValue());
        }
    }

    @Test
    void anAddressThatWasNotGivenOutOpensNothing() {
        String url = created.at("url");
        String hash = url.substring(url.lastIndexOf('/') + 1);
        String other = server.post(TOKENS, "{}").at("url");
        String flipped = (hash.charAt(0) == 'A' ? "B" : "A") + hash.substring(1);
        for (String wrong : List.of(
                url.replace(hash, flipped),
                url.replace(hash, hash.substring(1)),
                url.replace(hash, other.substring(other.lastIndexOf('/') + 1)),
                url.replace(id, TokenId.random().overHttp()),
                url.replace(id, "waitpoint_x"),
                url.replace(hash, "x"),
                url.replace(hash, "%C3%A4"))) {
            for (String body : List.of("1", "not JSON", "")) {
                Reply reply = callback(wrong, body);
                assertThat(reply.status()).as(wrong).isEqualTo(401);
                assertThat(reply.body()).isEqualTo("{\"error\":\"This is no address that the server has given out\"}");
            }
        }
        assertThat(state()).isEqualTo(TokenState.PENDING);
        assertThat(server.send("GET", URI.create(url).getPath(), null, null).status())
                .isEqualTo(405);
    }

    @Test
    void whatIsNotJsonCompletesNothing() {
        for (String body : List.of("{", "a=b", "1 2", "{\"a\":1}}", "[".repeat(100_000))) {
            assertThat(callback(created.at("url"), body).status()).as(body).isEqualTo(400);
        }
        assertThat(callback(created.at("url"), BodyPublishers.ofByteArray(new byte[] {'"', (byte) 0xC3, '"'}))
                        .status())
                .isEqualTo(400);
        for (String body : List.of("[1]", "1", "{\"data\": }", "not JSON")) {
            assertThat(complete(body).status()).as(body).isEqualTo(400);
        }
        assertThat(state()).isEqualTo(TokenState.PENDING);
    }

    @Test
    void aTokenWhoseTimeHasPassedStaysTimedOut() {
        server.test().clock().advance(Duration.ofMinutes(10));
        assertThat(complete("{\"data\": 1}").body()).isEqualTo(DONE);
        assertThat(callback(created.at("url"), "1").body()).isEqualTo(DONE);
        assertThat(state()).isEqualTo(TokenState.TIMED_OUT);
    }

    @Test
    void ofManyWhoCompleteATokenAtOnceOneDoesAndAllAreToldTheSame() {
        List<String> bodies = IntStream.range(0, 16)
                .parallel()
                .mapToObj(i -> i % 2 == 0 ? complete("{\"data\": " + i + "}") : callback(created.at("url"), "" + i))
                .map(Reply::body)
                .toList();
        assertThat(bodies).containsOnly(DONE);
        String kept = output();
        assertThat(kept).matches("\\d{1,2}");
        complete("{\"data\": 99}");
        assertThat(output()).isEqualTo(kept);
    }

    @Test
    void aRunGoesOnThatWaitsForATokenWhoseIdAClientHandedOver() throws InterruptedException {
        Run<Json> run = server.errand().trigger("wait", new Json("\"" + id + "\""));
        server.test().until(run, RunState.WAITING);
        assertThat(callback(created.at("url"), "\"by Ada\"").body()).isEqualTo(DONE);
        server.test().until(run, RunState.COMPLETED);
        assertThat(run.info().output()).isEqualTo(new Json("\"by Ada\""));
    }

    @Test
    void aValueThatIsTooLargeIs413AndCompletesNothing() {
        String large = "\"" + "x".repeat(10_000_000) + "\"";
        try (TestServer wide = TestServer.open(ServerSettings.standard().largestBody(12L << 20))) {
            Reply token = wide.post(TOKENS, "{}");
            for (Reply reply : List.of(
                    callback(token.at("url"), large),
                    wide.post(TOKENS + "/" + token.at("id") + "/complete", "{\"data\": " + large + "}"))) {
                assertThat(reply.status()).as("as a value").isEqualTo(413);
                assertThat(reply.error()).contains("10,000,002 bytes");
            }
            assertThat(wide.get(TOKENS + "/" + token.at("id")).at("status")).isEqualTo("WAITING");
        }
    }
}

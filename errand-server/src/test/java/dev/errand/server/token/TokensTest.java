package dev.errand.server.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Role;
import dev.errand.TokenId;
import dev.errand.TokenInfo;
import dev.errand.TokenOptions;
import dev.errand.TokenState;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Wait tokens over HTTP: created and looked at. */
@Tag(TestServer.STORES)
class TokensTest {
    private static final String TOKENS = "/api/v1/waitpoints/tokens";

    @AutoClose
    private static final TestServer server = TestServer.open();

    private static Reply create(String body) {
        return server.post(TOKENS, body);
    }

    private static Reply retrieved(String id) {
        return server.get(TOKENS + "/" + id);
    }

    private static TokenInfo stored(String id) {
        return server.errand().tokens().get(TokenId.of(id));
    }

    @Test
    void aTokenOfWhichNothingIsSaidWaitsForTenMinutes() {
        for (String body : new String[] {null, "{}", "{\"timeout\": null, \"tags\": [], \"more\": 1}"}) {
            Reply created = create(body);
            String id = created.at("id");
            assertThat(created.status()).isEqualTo(200);
            assertThat(id).matches("waitpoint_[0-9a-hjkmnp-tv-z]{26}");
            String url = created.at("url");
            assertThat(url).matches("\\Q" + server.uri() + TOKENS + "/" + id + "\\E/callback/[A-Za-z0-9_-]{43}");
            assertThat(created.body()).isEqualTo("{\"id\":\"" + id + "\",\"isCached\":false,\"url\":\"" + url + "\"}");
            Instant now = server.errand().now();
            assertThat(retrieved(id).body())
                    .isEqualTo(("{\"id\":\"%s\",\"url\":\"%s\",\"status\":\"WAITING\",\"tags\":[],"
                                    + "\"createdAt\":\"%s\",\"timeoutAt\":\"%s\"}")
                            .formatted(id, url, now, now.plus(Duration.ofMinutes(10))));
        }
    }

    @Test
    void whatIsSaidOfATokenIsKept() {
        Instant now = server.errand().now();
        Instant tomorrow = now.plus(Duration.ofDays(1));
        for (String timeout : List.of("1d", "23h60m", tomorrow.toString())) {
            String id = create("{\"timeout\": \"" + timeout + "\", \"tags\": [\"a\", \"b\", \"a\"]}")
                    .at("id");
            assertThat(stored(id).timeoutAt()).isEqualTo(tomorrow);
            assertThat(stored(id).tags()).containsExactly("a", "b");
            assertThat(retrieved(id).at("timeoutAt")).isEqualTo(tomorrow.toString());
            assertThat(retrieved(id).at("tags")).isEqualTo("[\"a\",\"b\"]");
        }
        assertThat(stored(create("{\"tags\": \"one\"}").at("id")).tags()).containsExactly("one");
    }

    @Test
    void underOneKeyThereIsOneToken() {
        String body = "{\"idempotencyKey\": \"order 7\", \"idempotencyKeyTTL\": \"1h\", \"timeout\": \"10d\"}";
        Reply first = create(body);
        Instant now = server.errand().now();
        assertThat(first.at("isCached")).isEqualTo("false");
        Reply second = create(body);
        assertThat(second.at("isCached")).isEqualTo("true");
        assertThat(second.at("id") + second.at("url")).isEqualTo(first.at("id") + first.at("url"));
        Reply retrieved = retrieved(first.at("id"));
        assertThat(retrieved.at("idempotencyKey")).isEqualTo("order 7");
        assertThat(Instant.parse(retrieved.at("idempotencyKeyExpiresAt"))).isEqualTo(now.plus(Duration.ofHours(1)));

        server.test().clock().advance(Duration.ofHours(1));
        Reply third = create(body);
        assertThat(third.at("isCached")).isEqualTo("false");
        assertThat(third.at("id")).isNotEqualTo(first.at("id"));
        Reply usual = create("{\"idempotencyKey\": \"order 8\", \"idempotencyKeyTTL\": \"soon\"}");
        assertThat(stored(usual.at("id")).idempotencyKeyUntil())
                .isEqualTo(server.errand().now().plus(Duration.ofDays(30)));
    }

    @Test
    void ofManyWhoCreateATokenUnderOneKeyAllGetOne() {
        String body = "{\"idempotencyKey\": \"raced\"}";
        List<Reply> replies =
                IntStream.range(0, 16).parallel().mapToObj(i -> create(body)).toList();
        assertThat(replies.stream().map(reply -> reply.at("id")).distinct()).hasSize(1);
        assertThat(replies.stream().filter(reply -> reply.at("isCached").equals("false")))
                .hasSize(1);
    }

    @Test
    void aTokenThatTimedOutTellsThatAsAnError() {
        String id = create("{\"timeout\": \"1m\"}").at("id");
        server.test().clock().advance(Duration.ofMinutes(1));
        Reply reply = retrieved(id);
        assertThat(reply.at("status")).isEqualTo("TIMED_OUT");
        assertThat(reply.at("completedAt")).isEqualTo(reply.at("timeoutAt"));
        assertThat(reply.at("outputIsError")).isEqualTo("true");
        assertThat(reply.at("outputType")).isEqualTo("application/json");
        assertThat(reply.at("output"))
                .isEqualTo("{\"message\":\"The token timed out at " + reply.at("timeoutAt") + "\"}");
    }

    @Test
    void aTokenThatFailedIsCompletedWithAnError() {
        TokenId id = server.errand().tokens().create(TokenOptions.none()).info().id();
        server.errand().tokens().fail(id, "the \"card\" was refused");
        Reply reply = retrieved(id.toString());
        assertThat(reply.at("id")).isEqualTo(id.overHttp());
        assertThat(reply.at("status")).isEqualTo("COMPLETED");
        assertThat(reply.at("outputIsError")).isEqualTo("true");
        assertThat(reply.at("output")).isEqualTo("{\"message\":\"the \\\"card\\\" was refused\"}");
    }

    @Test
    void whatCannotBeReadIs400AndWhatCannotBeDone422() {
        String tags = IntStream.range(0, 11).mapToObj(i -> "\"t" + i + "\"").collect(Collectors.joining(", "));
        record Case(String body, int status, String param) {}
        for (Case wrong : List.of(
                new Case("[]", 400, ""),
                new Case("{\"timeout\": 5}", 400, "timeout"),
                new Case("{\"tags\": 5}", 400, "tags"),
                new Case("{\"tags\": [1]}", 400, "tags"),
                new Case("{\"idempotencyKey\": 5}", 400, "idempotencyKey"),
                new Case("{\"idempotencyKeyTTL\": 5}", 400, "idempotencyKeyTTL"),
                new Case("{\"timeout\": \"soon\"}", 422, "timeout"),
                new Case("{\"timeout\": \"\"}", 422, "timeout"),
                new Case("{\"timeout\": \"0s\"}", 422, "timeout"),
                new Case("{\"timeout\": \"2020-01-01T00:00:00Z\"}", 422, "timeout"),
                new Case("{\"timeout\": \"9999-01-01T00:00:00Z\"}", 422, "timeout"),
                new Case("{\"timeout\": \"999999999w\"}", 422, "timeout"),
                new Case("{\"tags\": [" + tags + "]}", 422, "tags"),
                new Case("{\"tags\": [\"\"]}", 422, "tags"),
                new Case("{\"tags\": [\"\\u0000\"]}", 422, "tags"),
                new Case("{\"tags\": [\"" + "x".repeat(129) + "\"]}", 422, "tags"),
                new Case("{\"idempotencyKey\": \"\"}", 422, "idempotencyKey"),
                new Case("{\"idempotencyKey\": \"" + "k".repeat(2_049) + "\"}", 422, "idempotencyKey"),
                new Case("{\"idempotencyKey\": \"k\", \"idempotencyKeyTTL\": \"0s\"}", 422, "idempotencyKey"))) {
            Reply reply = create(wrong.body());
            assertThat(reply.status()).as(wrong.body()).isEqualTo(wrong.status());
            assertThat(reply.at("param")).as(wrong.body()).isEqualTo(wrong.param());
        }
        assertThat(create("{\"idempotencyKey\": \"ke\\u0000y\"}").status()).isEqualTo(200);
    }

    @Test
    void aTokenThatThereIsNotIs404() {
        for (String id : List.of(TokenId.random().overHttp(), "waitpoint_x", "run_1", "%2500", "a%2Fb")) {
            for (Reply reply : List.of(retrieved(id), server.post(TOKENS + "/" + id + "/complete", "{}"))) {
                assertThat(reply.status()).as(id).isEqualTo(404);
                assertThat(reply.body()).doesNotContain(id);
            }
        }
        assertThat(retrieved("waitpoint_x").error()).isEqualTo("There is no such token");
        assertThat(retrieved("waitpoint_x").header("x-should-retry")).isEqualTo("false");
    }

    @Test
    void aViewerSeesATokenButNotTheAddressThatCompletesIt() {
        String viewer = server.key(Role.VIEWER);
        Reply created = create("{\"tags\": \"seen\"}");
        String path = TOKENS + "/" + created.at("id");
        for (Reply reply : List.of(
                server.send("GET", path, null, viewer),
                server.send("GET", TOKENS + "?filter%5Btags%5D=seen", null, viewer))) {
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.body())
                    .contains("\"url\":\"" + server.uri() + path + "\"")
                    .doesNotContain("callback");
        }
        assertThat(server.get(path).at("url")).isEqualTo(created.at("url"));
        assertThat(server.send("POST", TOKENS, "{}", viewer).status()).isEqualTo(403);
        assertThat(server.send("POST", path + "/complete", "{}", viewer).status())
                .isEqualTo(403);
        assertThat(stored(created.at("id")).state()).isEqualTo(TokenState.PENDING);
    }
}

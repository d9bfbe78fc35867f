package dev.errand.server.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.Role;
import dev.errand.Task;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What opens one batch, however often it is sent. */
@Tag(TestServer.STORES)
class BatchKeyTest {
    @AutoClose
    private static final TestServer server =
            TestServer.open(Task.named("my/echo", Json.class, Json.class).run((payload, run) -> payload));

    private static final String OPERATOR = server.key(Role.OPERATOR);

    @Test
    void aKeyOpensOneBatch() {
        String body =
                "{'runCount': %d, 'idempotencyKey': '0123', 'idempotencyKeyOptions': {'key': 'import', 'scope': 'global'}}";
        Reply first = create("one", body.formatted(1));
        String id = first.at("id");
        assertThat(first.at("idempotencyKey")).isEqualTo("0123");
        Reply again = create("two", body.formatted(5));
        assertThat(again.status()).isEqualTo(202);
        assertThat(again.body())
                .isEqualTo("{\"id\":\"" + id + "\",\"runCount\":1,\"isCached\":true,\"idempotencyKey\":\"0123\"}");
        assertThat(server.get("/api/v2/batches/" + id).at("idempotencyKey")).isEqualTo("import");
    }

    @Test
    void aRequestThatIsSentAgainOpensNoOther() {
        String body = "{\"runCount\": 2, \"idempotencyKey\": \"of a request\"}";
        Reply first = create("0e7e9a31", body);
        Reply again = create("0e7e9a31", body);
        assertThat(first.status()).isEqualTo(202);
        assertThat(again.body()).isEqualTo(first.body()).contains("\"isCached\":false");
        Reply other = create("another", body);
        assertThat(other.at("id")).isEqualTo(first.at("id"));
        assertThat(other.at("isCached")).isEqualTo("true");
        assertThat(create("another", "{\"runCount\": 2}").at("id")).isNotEqualTo(first.at("id"));
        Reply refused = create("x".repeat(2_049), body);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.at("param")).isEqualTo("x-trigger-request-idempotency-key");
    }

    private static Reply create(String request, String body) {
        return TestServer.send(HttpRequest.newBuilder(URI.create(server.uri() + "/api/v3/batches"))
                .timeout(Duration.ofSeconds(60))
                .header("authorization", "Bearer " + OPERATOR)
                .header("content-type", "application/json")
                .header("x-trigger-request-idempotency-key", request)
                .POST(BodyPublishers.ofString(body.replace('\'', '"'))));
    }
}

package dev.errand.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.Role;
import dev.errand.RunQuery;
import dev.errand.Task;
import dev.errand.server.ErrandServer;
import dev.errand.server.Reply;
import dev.errand.server.ServerSettings;
import dev.errand.server.TestServer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tokens that are good for one trigger. */
@Tag(TestServer.STORES)
class OneTimeTokenTest {
    private static final ServerSettings SETTINGS =
            ServerSettings.standard().secret("correct horse battery staple, and more");
    private static final String TRIGGER = "/api/v1/tasks/echo/trigger";
    private static final String REQUEST = "x-trigger-request-idempotency-key";
    private static final int AT_ONCE = 8;

    @AutoClose
    private static final TestServer server =
            TestServer.open(SETTINGS, Task.named("echo", Json.class, Json.class).run((payload, run) -> payload));

    private static String token(String... scopes) {
        Reply reply = server.post(
                "/api/v1/auth/public-tokens",
                "{\"oneTimeUse\":true,\"expirationTime\":\"1h\",\"scopes\":[\"%s\"]}"
                        .formatted(String.join("\",\"", scopes)));
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return reply.at("token");
    }

    private static Reply trigger(String token, String body, String... headers) {
        return trigger(server.uri(), token, body, headers);
    }

    private static Reply trigger(URI at, String token, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(at + TRIGGER))
                .header("authorization", "Bearer " + token)
                .POST(BodyPublishers.ofString(body));
        return TestServer.send(headers.length == 0 ? request : request.headers(headers));
    }

    private static int runs() {
        return server.errand().runs(RunQuery.all()).items().size();
    }

    @Test
    void theFirstTriggerSpendsIt() {
        String token = token("trigger:tasks:echo", "read");
        Reply first = trigger(token, "{}");
        assertThat(first.status()).as(first.body()).isEqualTo(200);
        Reply second = trigger(token, "{}");
        assertThat(second.status()).isEqualTo(422);
        assertThat(second.error()).contains("one use");
        assertThat(server.send("GET", "/api/v3/runs/" + first.at("id"), null, token)
                        .status())
                .as("what is done any number of times")
                .isEqualTo(200);
        assertThat(trigger(token("trigger:tasks:echo"), "{}").status())
                .as("another token")
                .isEqualTo(200);
    }

    @Test
    void whatIsRefusedDoesNotSpendIt() {
        String token = token("trigger:tasks:echo");
        assertThat(trigger(token, "not json").status()).isEqualTo(400);
        assertThat(trigger(token, "{\"options\":{\"delay\":\"soon\"}}").status())
                .isIn(400, 422);
        assertThat(server.send("POST", "/api/v1/tasks/none/trigger", "{}", token)
                        .status())
                .isEqualTo(403);
        assertThat(trigger(token, "{}").status()).isEqualTo(200);
        assertThat(trigger(token, "{}").status()).isEqualTo(422);
    }

    @Test
    void howeverItIsWrittenItIsTheSameToken() {
        String token = token("trigger:tasks:echo");
        assertThat(trigger(token, "{}").status()).isEqualTo(200);
        assertThat(trigger(token + "=", "{}").status()).as("padded").isIn(401, 422);
        String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        int last = letters.indexOf(token.charAt(token.length() - 1));
        String otherwise = token.substring(0, token.length() - 1) + letters.charAt(last ^ 1);
        assertThat(Base64.getUrlDecoder().decode(otherwise.substring(otherwise.lastIndexOf('.') + 1)))
                .as("the same signature")
                .isEqualTo(Base64.getUrlDecoder().decode(token.substring(token.lastIndexOf('.') + 1)));
        assertThat(trigger(otherwise, "{}").status()).isEqualTo(422);
    }

    @Test
    void ofManyAtOnceAtTwoServersOneGoesThrough() throws Exception {
        String token = token("trigger:tasks:echo");
        int before = runs();
        try (ErrandServer other = ErrandServer.start(server.errand(), SETTINGS.port(0));
                ExecutorService senders = Executors.newFixedThreadPool(AT_ONCE)) {
            CountDownLatch start = new CountDownLatch(AT_ONCE);
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                URI at = i % 2 == 0 ? server.uri() : other.uri();
                answers.add(senders.submit(() -> {
                    start.countDown();
                    start.await();
                    return trigger(at, token, "{}").status();
                }));
            }
            List<Integer> statuses = new ArrayList<>();
            for (Future<Integer> answer : answers) {
                statuses.add(answer.get());
            }
            assertThat(statuses).containsOnlyOnce(200).contains(422).hasSize(AT_ONCE);
            assertThat(statuses.stream().filter(status -> status == 422)).hasSize(AT_ONCE - 1);
        }
        assertThat(runs()).isEqualTo(before + 1);
    }

    @Test
    void aRequestWhoseAnswerWasLostIsLetThroughAgainForAMinute() {
        String token = token("trigger:tasks:echo");
        assertThat(trigger(token, "{}", REQUEST, "r1").status()).isEqualTo(200);
        assertThat(trigger(token, "{}", REQUEST, "r1").status()).isEqualTo(200);
        assertThat(trigger(token, "{}", REQUEST, "r2").status()).isEqualTo(422);
        assertThat(trigger(token, "not json", REQUEST, "r1").status()).isEqualTo(400);
        assertThat(trigger(token, "{}").status())
                .as("the repeat that was refused gave nothing back")
                .isEqualTo(422);
        server.test().clock().advance(Duration.ofSeconds(61));
        assertThat(trigger(token, "{}", REQUEST, "r1").status()).isEqualTo(422);
    }

    @Test
    void aKeyIsNoTokenAndIsNotSpent() {
        String key = server.key(Role.OPERATOR);
        assertThat(trigger(key, "{}", REQUEST, "s1").status()).isEqualTo(200);
        assertThat(trigger(key, "{}", REQUEST, "s2").status()).isEqualTo(200);
    }
}

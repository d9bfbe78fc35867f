package dev.errand.server.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.Role;
import dev.errand.RunId;
import dev.errand.RunQuery;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A client that heard no answer sends its request once more. */
@Tag(TestServer.STORES)
class RequestKeyTest {
    private static final int SENDERS = 16;

    private static final Task<Json, Json> ECHO =
            Task.named("echo", Json.class, Json.class).run((payload, run) -> payload);
    private static final Task<Json, Json> OTHER =
            Task.named("other", Json.class, Json.class).run((payload, run) -> payload);

    @AutoClose
    private static final TestServer server = TestServer.open(ECHO, OTHER);

    private final String key = server.key(Role.OPERATOR);

    private Reply trigger(String task, String request, String body) {
        return TestServer.send(HttpRequest.newBuilder(URI.create(server.uri() + "/api/v1/tasks/" + task + "/trigger"))
                .header("authorization", "Bearer " + key)
                .header("content-type", "application/json")
                .header("x-trigger-request-idempotency-key", request)
                .POST(BodyPublishers.ofString(body.replace('\'', '"'))));
    }

    private Reply trigger(String request) {
        return trigger("echo", request, "{'payload': 1}");
    }

    private static long runs() {
        return server.errand().runs(RunQuery.all()).items().size();
    }

    @Test
    void aRequestThatIsSentAgainIsAnsweredWithTheRunOfTheFirst() throws InterruptedException {
        long before = runs();
        Reply first = trigger("0e7e9a31-request");
        assertThat(first.status()).isEqualTo(200);
        server.test().finish(server.errand().run(RunId.of(first.at("id"))));
        Reply again = trigger("0e7e9a31-request");
        assertThat(again.at("id")).isEqualTo(first.at("id"));
        assertThat(again.at("isCached")).isEqualTo("false");
        assertThat(runs()).isEqualTo(before + 1);
        assertThat(trigger("another-request").at("id")).isNotEqualTo(first.at("id"));
        assertThat(trigger("other", "0e7e9a31-request", "{}").at("id")).isNotEqualTo(first.at("id"));
    }

    @Test
    void tenMinutesLaterItIsAnotherRequest() throws InterruptedException {
        Reply first = trigger("later");
        server.test().advance(TriggerOptions.REQUEST_MEMORY.minus(Duration.ofSeconds(1)));
        assertThat(trigger("later").at("id")).isEqualTo(first.at("id"));
        server.test().advance(Duration.ofSeconds(1));
        assertThat(trigger("later").at("id")).isNotEqualTo(first.at("id"));
    }

    @Test
    void whatWasRefusedIsNotRemembered() {
        assertThat(trigger("echo", "refused", "{'options': {'maxAttempts': 0}}").status())
                .isEqualTo(400);
        assertThat(trigger("refused").status()).isEqualTo(200);
    }

    @Test
    void aHitIsToldAsSuchOnce() {
        String body = "{'options': {'idempotencyKey': 'k'}}";
        Reply first = trigger("echo", "hit 1", body);
        Reply hit = trigger("echo", "hit 2", body);
        assertThat(hit.at("id")).isEqualTo(first.at("id"));
        assertThat(hit.at("isCached")).isEqualTo("true");
        Reply again = trigger("echo", "hit 2", body);
        assertThat(again.at("id")).isEqualTo(first.at("id"));
    }

    @Test
    void aKeyIsNotWhatOthersHaveAsIdempotencyKey() {
        Reply first = trigger("same words");
        Reply keyed = trigger("echo", "and a request", "{'options': {'idempotencyKey': 'same words'}}");
        assertThat(keyed.at("id")).isNotEqualTo(first.at("id"));
        assertThat(keyed.at("isCached")).isEqualTo("false");
    }

    @Test
    void aKeyThatNobodyCanKeepIsRefusedAndAnEmptyOneIsNone() {
        Reply tooLong = trigger("x".repeat(2_049));
        assertThat(tooLong.status()).isEqualTo(400);
        assertThat(tooLong.at("param")).isEqualTo("x-trigger-request-idempotency-key");
        assertThat(trigger("").at("id")).isNotEqualTo(trigger("").at("id"));
    }

    @Test
    void manyTriesAtOnceAreOneRun() throws Exception {
        long before = runs();
        CountDownLatch ready = new CountDownLatch(SENDERS);
        List<Future<Reply>> replies = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < SENDERS; i++) {
                replies.add(threads.submit(() -> {
                    ready.countDown();
                    ready.await();
                    return trigger("at once");
                }));
            }
        }
        List<String> ids = new ArrayList<>();
        for (Future<Reply> reply : replies) {
            assertThat(reply.get().status()).as(reply.get().body()).isEqualTo(200);
            ids.add(reply.get().at("id"));
        }
        assertThat(ids).containsOnly(ids.getFirst());
        assertThat(runs()).isEqualTo(before + 1);
    }
}

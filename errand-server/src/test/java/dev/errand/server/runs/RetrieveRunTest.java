package dev.errand.server.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.IdempotencyKey;
import dev.errand.Json;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag(TestServer.STORES)
class RetrieveRunTest {
    private static final CountDownLatch never = new CountDownLatch(1);

    @AutoClose
    private static final TestServer server = TestServer.open(
            Task.named("echo", Json.class, Json.class).run((payload, run) -> payload),
            Task.named("stuck", Json.class, Json.class).run((payload, run) -> {
                never.await();
                return payload;
            }),
            Task.named("fail", Json.class).retry(Retry.none()).run((payload, run) -> {
                throw new IllegalStateException("boom");
            }),
            Task.named("nest", Integer.class, Integer.class).run((depth, run) -> {
                if (depth > 0) {
                    run.trigger("nest", depth - 1, TriggerOptions.none());
                }
                return depth;
            }));

    private static Reply retrieved(Run<?> run) {
        return server.get("/api/v3/runs/" + run.id());
    }

    @Test
    void aRunThatCompletedTellsAll() throws InterruptedException {
        Run<Json> run = server.errand()
                .trigger(
                        "echo",
                        new Json("{\"n\": 42, \"x\": 1.50, \"none\": null}"),
                        TriggerOptions.none().tags("a", "b").metadata(Map.of("k", 1)));
        Reply reply = retrieved(server.test().finish(run));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.at("status")).isEqualTo("COMPLETED");
        assertThat(reply.at("taskIdentifier")).isEqualTo("echo");
        assertThat(reply.body())
                .contains(
                        "\"output\":{\"n\": 42, \"x\": 1.50, \"none\": null}",
                        "\"payload\":{",
                        "\"tags\":[\"a\",\"b\"]",
                        "\"metadata\":{\"k\":1}")
                .contains("\"isCompleted\":true", "\"isSuccess\":true", "\"isFailed\":false", "\"isQueued\":false")
                .contains(
                        "\"attemptCount\":1",
                        "\"depth\":0",
                        "\"costInCents\":0",
                        "\"relatedRuns\":{}",
                        "\"createdAt\":\"2026-");
    }

    @Test
    void whatIsAbsentIsLeftOutAndNeverNull() {
        Run<Json> run =
                server.errand().trigger("echo", null, TriggerOptions.none().after(Duration.ofHours(1)));
        Reply reply = retrieved(run);
        assertThat(reply.body()).doesNotContain("null", "finishedAt", "startedAt", "output", "error", "idempotencyKey");
        assertThat(reply.at("status")).isEqualTo("DELAYED");
        assertThat(reply.at("isQueued")).isEqualTo("true");
        assertThat(reply.at("delayedUntil"))
                .isEqualTo(server.errand().now().plus(Duration.ofHours(1)).toString());
    }

    @Test
    void aKeyIsShownAsItsUserWroteIt() {
        IdempotencyKey key = IdempotencyKey.of("5e884898da28").shownAs("order-7");
        Run<Json> run = server.errand().trigger("echo", null, TriggerOptions.none().idempotencyKey(key));
        assertThat(retrieved(run).at("idempotencyKey")).isEqualTo("order-7");
    }

    @Test
    void aRunThatFailedTellsWhy() throws InterruptedException {
        Reply reply = retrieved(server.test().finish(server.errand().trigger("fail", null)));
        assertThat(reply.at("status")).isEqualTo("FAILED");
        assertThat(reply.at("isFailed")).isEqualTo("true");
        assertThat(reply.at("error.message")).isEqualTo("boom");
        assertThat(reply.at("error.name")).isEqualTo("java.lang.IllegalStateException");
    }

    @Test
    void oneThatIsToStopReadsCanceledAtOnceAndIsLeftAsItIsThen() throws InterruptedException {
        Run<Json> run = server.errand().trigger("stuck", null);
        server.test().until(run, RunState.EXECUTING);
        assertThat(retrieved(run).at("isExecuting")).isEqualTo("true");
        String cancel = "/api/v2/runs/" + run.id() + "/cancel";
        assertThat(server.post(cancel, null).body()).isEqualTo("{\"id\":\"" + run.id() + "\"}");
        Reply reply = retrieved(run);
        assertThat(reply.at("status")).isEqualTo("CANCELED");
        assertThat(reply.at("isCompleted")).isEqualTo("true");
        assertThat(reply.at("isCancelled")).isEqualTo("true");
        server.test().until(run, RunState.CANCELED);
        assertThat(server.post(cancel, null).status()).as("again").isEqualTo(200);
        assertThat(run.info().reason()).contains("OPERATOR");
        assertThat(server.post("/api/v2/runs/" + RunId.next() + "/cancel", null).status())
                .isEqualTo(404);
    }

    @Test
    void aReplayIsANewRunOfTheSame() throws InterruptedException {
        Run<Json> run = server.test()
                .finish(server.errand()
                        .trigger(
                                "echo",
                                new Json("7"),
                                TriggerOptions.none().tags("x").idempotencyKey("k")));
        Reply reply = server.post("/api/v1/runs/" + run.id() + "/replay", null);
        assertThat(reply.status()).isEqualTo(200);
        Run<Json> again = server.errand().run(RunId.of(reply.at("id")));
        assertThat(again.id()).isNotEqualTo(run.id());
        assertThat(again.info().payload()).isEqualTo(new Json("7"));
        assertThat(again.info().tags()).containsExactly("x");
        assertThat(again.info().idempotencyKey()).isNull();
        Reply unknown = server.post("/api/v1/runs/" + run.id() + "/replay", "{\"colour\": 1}");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.error()).isEqualTo("colour: there is no such field");
    }

    @Test
    void childrenLieDeeper() throws InterruptedException {
        Run<Json> top = server.errand().trigger("nest", 3);
        server.test().runUntilIdle();
        Reply children = server.get("/api/v1/runs?filter%5BtaskIdentifier%5D=nest");
        assertThat(children.json().path("data")).hasSize(4);
        for (int i = 0; i < 4; i++) {
            assertThat(children.json().path("data").path(i).path("depth").intValue())
                    .isEqualTo(3 - i);
        }
        assertThat(retrieved(top).at("depth")).isEqualTo("0");
    }
}

package dev.errand.server.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.TriggerOptions;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag(TestServer.STORES)
class RunResultTest {
    private static final CountDownLatch never = new CountDownLatch(1);

    @AutoClose
    private static final TestServer server = TestServer.open(
            Task.named("echo", Json.class, Json.class).run((payload, run) -> payload),
            Task.named("stuck", Json.class, Json.class)
                    .timeout(Duration.ofHours(5))
                    .run((payload, run) -> {
                        never.await();
                        return payload;
                    }),
            Task.named("waits", Json.class, Json.class)
                    .queue(TaskQueue.named("held"))
                    .run((payload, run) -> payload),
            Task.named("fail", Json.class).retry(Retry.none()).run((payload, run) -> {
                throw new IllegalStateException("boom");
            }));

    private static Reply result(Run<?> run) {
        return server.get("/api/v1/runs/" + run.id() + "/result");
    }

    @Test
    void theOutputIsTextThatSaysHowToReadIt() throws InterruptedException {
        Json payload = new Json("{\"n\": 42, \"x\": 1.50, \"none\": null}");
        Reply reply = result(server.test().finish(server.errand().trigger("echo", payload)));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("ok").isBoolean()).isTrue();
        assertThat(reply.at("ok")).isEqualTo("true");
        assertThat(reply.json().path("output").isString()).isTrue();
        assertThat(reply.at("output")).isEqualTo(payload.text());
        assertThat(reply.at("outputType")).isEqualTo("application/json");
        assertThat(reply.at("taskIdentifier")).isEqualTo("echo");
        assertThat(reply.json().path("usage").path("durationMs").isIntegralNumber())
                .isTrue();
        assertThat(reply.body()).doesNotContain("\"error\"");
    }

    @Test
    void noOutputIsLeftOut() throws InterruptedException {
        Reply reply = result(server.test().finish(server.errand().trigger("echo", null)));
        assertThat(reply.at("ok")).isEqualTo("true");
        assertThat(reply.at("outputType")).isEqualTo("application/json");
        assertThat(reply.body()).doesNotContain("\"output\"", "null");
    }

    @Test
    void thereIsNoneBeforeTheEnd() throws InterruptedException {
        Run<Json> delayed =
                server.errand().trigger("echo", null, TriggerOptions.none().after(Duration.ofDays(3)));
        Run<Json> executing = server.errand().trigger("stuck", null);
        server.test().until(executing, RunState.EXECUTING);
        for (Object id : List.of(delayed.id(), executing.id(), RunId.next(), "run_x")) {
            Reply reply = server.get("/api/v1/runs/" + id + "/result");
            assertThat(reply.status()).as("%s", id).isEqualTo(404);
            assertThat(reply.header("x-should-retry")).isEqualTo("false");
        }
        executing.cancel("enough");
        Reply reply = result(executing);
        assertThat(reply.status()).as("to clients it has ended").isEqualTo(200);
        assertThat(reply.at("ok")).isEqualTo("false");
        assertThat(reply.at("error.code")).isEqualTo("TASK_RUN_CANCELLED");
        server.test().until(executing, RunState.CANCELED);
        assertThat(result(executing).at("error.message")).contains("enough");
    }

    @Test
    void anErrorOfTheProgramIsToldWhole() throws InterruptedException {
        Run<Json> run = server.errand().trigger("fail", null);
        Reply reply = result(server.test().finish(run));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.at("ok")).isEqualTo("false");
        assertThat(reply.at("id")).isEqualTo(run.id().toString());
        assertThat(reply.at("error.type")).isEqualTo("BUILT_IN_ERROR");
        assertThat(reply.at("error.name")).isEqualTo("java.lang.IllegalStateException");
        assertThat(reply.at("error.message")).isEqualTo("boom");
        assertThat(reply.at("error.stackTrace")).contains("\tat ");
        assertThat(reply.at("taskIdentifier")).isEqualTo("fail");
        assertThat(reply.body()).doesNotContain("\"output\"", "outputType", "null");
    }

    @Test
    void whatTheEngineEndedHasACode() throws InterruptedException {
        Run<Json> late = server.errand().trigger("stuck", null);
        server.test().until(late, RunState.EXECUTING);
        server.test().clock().advance(Duration.ofHours(6));
        server.test().until(late, RunState.TIMED_OUT);
        assertThat(result(late).at("error.type")).isEqualTo("INTERNAL_ERROR");
        assertThat(result(late).at("error.code")).isEqualTo("MAX_DURATION_EXCEEDED");
        Run<Json> canceled =
                server.errand().trigger("echo", null, TriggerOptions.none().after(Duration.ofDays(3)));
        canceled.cancel("not wanted");
        assertThat(result(canceled).at("error.code")).isEqualTo("TASK_RUN_CANCELLED");
        assertThat(result(canceled).at("error.message")).contains("not wanted");
    }

    @Test
    void aRunThatExpiredSaysSo() throws InterruptedException {
        server.errand().queues().pause("held");
        Run<Json> run =
                server.errand().trigger("waits", null, TriggerOptions.none().ttl(Duration.ofMinutes(1)));
        server.test().clock().advance(Duration.ofMinutes(2));
        server.test().until(run, RunState.EXPIRED);
        assertThat(result(run).at("ok")).isEqualTo("false");
        assertThat(result(run).at("error.type")).isEqualTo("STRING_ERROR");
        assertThat(result(run).at("error.raw")).isEqualTo(run.info().reason()).isNotEmpty();
    }

    @Test
    void onlyAKeyTellsTheResult() {
        Run<Json> run =
                server.errand().trigger("echo", null, TriggerOptions.none().after(Duration.ofDays(3)));
        assertThat(server.send("GET", "/api/v1/runs/" + run.id() + "/result", null, null)
                        .status())
                .isEqualTo(401);
    }
}

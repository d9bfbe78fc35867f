package dev.errand.server.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.BatchOptions;
import dev.errand.IdempotencyKey;
import dev.errand.Json;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.Schedule;
import dev.errand.ScheduleInfo;
import dev.errand.Schedules;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
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
            Task.named("wrap", Json.class).retry(Retry.none()).run((payload, run) -> {
                throw new IllegalStateException("outer", new IOException("inner: it\nbroke", new Error()));
            }),
            Task.named("deep", Integer.class, Integer.class).run((depth, run) -> {
                if (depth > 0) {
                    run.trigger("deep", depth - 1, TriggerOptions.none());
                }
                return depth;
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
        Run<Json> run =
                server.errand().trigger("echo", null, TriggerOptions.none().idempotencyKey(key));
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
        assertThat(server.get("/api/v1/runs?filter%5Bstatus%5D=EXECUTING").body())
                .doesNotContain(run.id().toString());
        assertThat(server.get("/api/v1/runs?filter%5Bstatus%5D=CANCELED").body())
                .contains(run.id().toString());
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
    void aRunThatFailedTellsTheCauses() throws InterruptedException {
        Reply reply = retrieved(server.test().finish(server.errand().trigger("wrap", null)));
        assertThat(reply.at("error.message")).isEqualTo("outer");
        assertThat(reply.at("error.causes.0.name")).isEqualTo("java.io.IOException");
        assertThat(reply.at("error.causes.0.message")).isEqualTo("inner: it\nbroke");
        assertThat(reply.at("error.causes.0.stackTrace"))
                .startsWith("java.io.IOException: inner")
                .contains("\n\t");
        assertThat(reply.at("error.causes.1.name")).isEqualTo("java.lang.Error");
        assertThat(reply.at("error.causes.1.message")).isEmpty();
        assertThat(reply.json().path("error").path("causes")).hasSize(2);
        Reply alone = retrieved(server.test().finish(server.errand().trigger("fail", null)));
        assertThat(alone.body()).doesNotContain("causes");
    }

    @Test
    void aRunTellsHowLongItWasToWait() {
        TriggerOptions later = TriggerOptions.none().after(Duration.ofDays(30));
        Run<Json> some = server.errand().trigger("echo", null, later.ttl(Duration.ofSeconds(90)));
        assertThat(retrieved(some).at("ttl")).isEqualTo("1m30s");
        assertThat(server.get("/api/v1/runs?page%5Bsize%5D=1").at("data.0.ttl")).isEqualTo("1m30s");
        Run<Json> many = server.errand().trigger("echo", null, later.ttl(Duration.ofDays(15)));
        assertThat(retrieved(many).at("ttl")).isEqualTo("15d");
        Run<Json> ever = server.errand().trigger("echo", null, later.ttl(Duration.ZERO));
        assertThat(retrieved(ever).body()).doesNotContain("ttl");
    }

    @Test
    void aRunTellsOfItsBatch() {
        Run<Json> run = server.errand()
                .triggerBatch(List.of(TriggerRequest.of("echo", 1)), BatchOptions.none())
                .runs()
                .getFirst();
        Reply reply = retrieved(run);
        assertThat(reply.at("triggerFunction")).isEqualTo("batchTrigger");
        assertThat(reply.at("batchId")).isEqualTo(String.valueOf(run.info().batch()));
        Reply alone = retrieved(server.errand().trigger("echo", null));
        assertThat(alone.at("triggerFunction")).isEqualTo("trigger");
        assertThat(alone.body()).doesNotContain("batchId");
    }

    @Test
    void aRunTellsOfItsScheduleAsLongAsThereIsOne() {
        Schedules schedules = server.errand().schedules();
        ScheduleInfo nightly = schedules.put(
                "nightly",
                "echo",
                Schedule.cron("0 2 * * MON").zone("Europe/Berlin").externalId("customer-7"));
        Run<Json> run = schedules.run("nightly");
        Reply reply = retrieved(run);
        assertThat(reply.at("schedule.id")).isEqualTo(nightly.id());
        assertThat(reply.at("schedule.externalId")).isEqualTo("customer-7");
        assertThat(reply.at("schedule.deduplicationKey")).isEqualTo("nightly");
        assertThat(reply.at("schedule.generator.type")).isEqualTo("CRON");
        assertThat(reply.at("schedule.generator.expression")).isEqualTo("0 2 * * MON");
        assertThat(reply.at("schedule.generator.description")).contains("Europe/Berlin");
        schedules.put("often", "echo", Schedule.every(Duration.ofMinutes(90)));
        assertThat(retrieved(schedules.run("often")).at("schedule.generator.expression"))
                .isEqualTo("every 1h30m");
        schedules.delete("often");
        schedules.delete("nightly");
        assertThat(retrieved(run).status()).isEqualTo(200);
        assertThat(retrieved(run).at("schedule")).isEmpty();
    }

    @Test
    void aRunTellsWhenItChanged() throws InterruptedException {
        Run<Json> run =
                server.errand().trigger("echo", null, TriggerOptions.none().after(Duration.ofHours(1)));
        assertThat(retrieved(run).at("updatedAt")).isEqualTo(retrieved(run).at("createdAt"));
        Reply ended = retrieved(server.test().finish(run));
        assertThat(ended.at("updatedAt")).isEqualTo(ended.at("finishedAt")).isNotEqualTo(ended.at("createdAt"));
    }

    @Test
    void aRunTellsOfThoseAroundIt() throws InterruptedException {
        Run<Json> top = server.errand().trigger("deep", 2);
        server.test().runUntilIdle();
        Reply above = retrieved(top);
        assertThat(above.json().path("relatedRuns").propertyNames()).containsExactly("children");
        assertThat(above.at("relatedRuns.children.0.depth")).isEqualTo("1");
        Run<?> middle = server.errand().run(RunId.of(above.at("relatedRuns.children.0.id")));
        Reply between = retrieved(middle);
        assertThat(between.at("relatedRuns.root.id")).isEqualTo(top.id().toString());
        assertThat(between.at("relatedRuns.parent.id")).isEqualTo(top.id().toString());
        assertThat(between.at("relatedRuns.parent.triggerFunction")).isEqualTo("trigger");
        Reply below = retrieved(server.errand().run(RunId.of(between.at("relatedRuns.children.0.id"))));
        assertThat(below.at("relatedRuns.root.id")).isEqualTo(top.id().toString());
        assertThat(below.at("relatedRuns.parent.id")).isEqualTo(middle.id().toString());
        assertThat(below.body()).contains("\"relatedRuns\":{\"root\":{").doesNotContain("children");
        top.purge();
        below = retrieved(server.errand().run(RunId.of(below.at("id"))));
        assertThat(below.json().path("relatedRuns").propertyNames()).containsExactly("parent");
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

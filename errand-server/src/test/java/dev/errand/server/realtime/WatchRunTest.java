package dev.errand.server.realtime;

import static dev.errand.server.realtime.Watcher.changes;
import static dev.errand.server.realtime.Watcher.messages;
import static dev.errand.server.realtime.Watcher.row;
import static dev.errand.server.realtime.Watcher.soon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.IdempotencyKey;
import dev.errand.Json;
import dev.errand.Retry;
import dev.errand.Role;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.TriggerOptions;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@Tag(TestServer.STORES)
class WatchRunTest {
    private static final Semaphore gate = new Semaphore(0);
    private static final Semaphore noted = new Semaphore(0);

    @AutoClose
    private static final TestServer server = TestServer.open(
            Task.named("echo", Json.class, Json.class).run((payload, run) -> payload),
            Task.named("gated", Json.class, Json.class).run((payload, run) -> {
                gate.acquire();
                return payload;
            }),
            Task.named("stubborn", Json.class, Json.class).run((payload, run) -> {
                gate.acquireUninterruptibly();
                return payload;
            }),
            Task.named("notes", Json.class, Json.class).run((payload, run) -> {
                noted.acquire();
                run.metadata().set("done", 0.5);
                gate.acquire();
                return payload;
            }),
            Task.named("sleep", Json.class, Json.class).run((payload, run) -> {
                run.sleep("night", Duration.ofHours(8));
                return payload;
            }),
            Task.named("fail", Json.class)
                    .retry(Retry.fixed(Duration.ofMinutes(1)).attempts(2))
                    .run((payload, run) -> {
                        throw new IllegalStateException("boom");
                    }),
            Task.named("paused", Json.class, Json.class)
                    .queue(TaskQueue.named("paused"))
                    .run((payload, run) -> payload));

    private static Run<Json> trigger(String task) {
        return server.errand().trigger(task, new Json("{\"n\": 1.50}"), TriggerOptions.none());
    }

    private static Watcher watcher(Run<?> run) {
        return new Watcher(server, "/realtime/v1/runs/" + run.id());
    }

    // ── how a run reads

    @Test
    void aRunReadsAsARowOfText() throws InterruptedException {
        Run<Json> run = server.errand()
                .trigger(
                        "echo",
                        new Json("{\"n\": 1.50}"),
                        TriggerOptions.none()
                                .tags("plain", "\"quoted\", \\ {too}")
                                .metadata(Map.of("z", 1, "a", List.of(true)))
                                .ttl(Duration.ofSeconds(90))
                                .idempotencyKey(IdempotencyKey.of("5e884898").shownAs("order-7"))
                                .asTest());
        server.test().finish(run);
        Reply reply = watcher(run).begin();
        assertThat(messages(reply).getFirst().path("key").asString())
                .isEqualTo("\"public\".\"TaskRun\"/\"" + run.id() + "\"");
        JsonNode row = row(reply);
        assertThat(row.path("id").asString()).isEqualTo(run.id().toString());
        assertThat(row.path("friendlyId").asString()).isEqualTo(run.id().toString());
        assertThat(row.path("taskIdentifier").asString()).isEqualTo("echo");
        assertThat(row.path("status").asString()).isEqualTo("COMPLETED_SUCCESSFULLY");
        assertThat(row.path("runTags").asString())
                .isIn("{\"plain\",\"\\\"quoted\\\", \\\\ {too}\"}", "{\"\\\"quoted\\\", \\\\ {too}\",\"plain\"}");
        assertThat(row.path("metadata").asString()).isEqualTo("{\"a\":[true],\"z\":1}");
        assertThat(row.path("ttl").asString()).isEqualTo("1m30s");
        assertThat(row.path("idempotencyKey").asString()).isEqualTo("order-7");
        assertThat(row.path("isTest").asString()).isEqualTo("t");
        assertThat(row.path("payload").asString()).isEqualTo("{\"n\": 1.50}");
        assertThat(row.path("output").asString()).isEqualTo("{\"n\": 1.50}");
        assertThat(row.path("outputType").asString()).isEqualTo("application/json");
        for (String time : List.of("createdAt", "updatedAt", "startedAt", "completedAt")) {
            assertThat(row.path(time).asString())
                    .as(time)
                    .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}");
        }
        for (String none : List.of("delayUntil", "expiredAt", "error")) {
            assertThat(row.has(none)).as(none).isTrue();
            assertThat(row.path(none).isNull()).as(none).isTrue();
        }
        assertThat(row).allMatch(value -> value.isString() || value.isNull());
    }

    @Test
    void eachAnswerHasTheHeadersThatClientsInsistOn() {
        Watcher watcher = watcher(trigger("echo"));
        for (Reply reply : List.of(watcher.begin(), watcher.catchUp())) {
            assertThat(reply.header("electric-handle")).isNotEmpty();
            assertThat(reply.header("electric-offset")).matches("\\d+_\\d+");
            assertThat(reply.header("electric-cursor")).matches("\\d+");
            assertThat(reply.header("electric-schema"))
                    .contains(
                            "\"status\":{\"type\":\"text\"}",
                            "\"createdAt\":{\"type\":\"timestamp\"}",
                            "\"isTest\":{\"type\":\"bool\"}",
                            "\"error\":{\"type\":\"jsonb\"}",
                            "\"runTags\":{\"dims\":1,\"type\":\"text\"}");
            assertThat(reply.header("cache-control")).isEqualTo("no-store");
            assertThat(reply.header("content-type")).isEqualTo("application/json");
        }
    }

    @Test
    void columnsCanBeLeftOutBesidesThoseThatClientsNeed() {
        Run<Json> run = trigger("echo");
        Watcher watcher = new Watcher(
                server,
                "/realtime/v1/runs/" + run.id() + "?skipColumns=payload%2Coutput%2Cid%2Cstatus%2CupdatedAt%2Cnothing");
        Reply reply = watcher.begin();
        assertThat(row(reply).has("payload")).isFalse();
        assertThat(row(reply).has("output")).isFalse();
        assertThat(reply.header("electric-schema")).doesNotContain("\"payload\"", "\"output\"");
        for (String needed : List.of("id", "status", "updatedAt")) {
            assertThat(row(reply).has(needed)).as(needed).isTrue();
            assertThat(reply.header("electric-schema")).contains("\"" + needed + "\"");
        }
    }

    @Test
    void statesHaveTheNamesThatOnlyThoseKnowWhoWatch() throws InterruptedException {
        Run<Json> delayed =
                server.errand().trigger("echo", null, TriggerOptions.none().after(Duration.ofDays(9)));
        assertThat(row(watcher(delayed).begin()).path("status").asString()).isEqualTo("DELAYED");
        assertThat(row(watcher(delayed).begin()).path("delayUntil").asString())
                .isEqualTo(millis(server.errand().now().plus(Duration.ofDays(9))));
        assertThat(row(watcher(delayed).begin()).path("payload").isNull()).isTrue();
        assertThat(row(watcher(delayed).begin()).path("metadata").isNull()).isTrue();
        assertThat(row(watcher(delayed).begin()).path("runTags").asString()).isEqualTo("{}");

        Run<Json> gated = trigger("gated");
        server.test().until(gated, RunState.EXECUTING);
        assertThat(row(watcher(gated).begin()).path("status").asString()).isEqualTo("EXECUTING");
        gate.release();
        server.test().until(gated, RunState.COMPLETED);

        Run<Json> sleeping = trigger("sleep");
        server.test().until(sleeping, RunState.WAITING);
        assertThat(row(watcher(sleeping).begin()).path("status").asString()).isEqualTo("WAITING_TO_RESUME");

        Run<?> failing = trigger("fail");
        server.test().until(failing, RunState.RETRYING);
        JsonNode retrying = row(watcher(failing).begin());
        assertThat(retrying.path("status").asString()).isEqualTo("RETRYING_AFTER_FAILURE");
        assertThat(retrying.path("error").isNull()).isTrue();
        JsonNode failed = row(watcher(server.test().finish(failing)).begin());
        assertThat(failed.path("status").asString()).isEqualTo("COMPLETED_WITH_ERRORS");
        assertThat(failed.path("error").asString())
                .startsWith("{\"message\":\"boom\",\"name\":\"java.lang.IllegalStateException\",\"stackTrace\":\"java.")
                .endsWith(",\"type\":\"BUILT_IN_ERROR\"}");
    }

    @Test
    void aRunThatNeverStartedTellsThatItExpired() throws InterruptedException {
        server.errand().queues().pause("paused");
        Run<Json> run =
                server.errand().trigger("paused", null, TriggerOptions.none().ttl(Duration.ofMinutes(2)));
        Watcher watcher = watcher(run);
        assertThat(row(watcher.begin()).path("status").asString()).isEqualTo("PENDING");
        server.test().clock().advance(Duration.ofMinutes(2));
        server.test().until(run, RunState.EXPIRED);
        JsonNode expired = row(watcher.next());
        assertThat(expired.path("status").asString()).isEqualTo("EXPIRED");
        assertThat(expired.path("expiredAt").asString())
                .isEqualTo(expired.path("completedAt").asString())
                .isNotEmpty();
        assertThat(expired.path("startedAt").isNull()).isTrue();
        assertThat(expired.path("error").asString()).startsWith("{\"raw\":\"").endsWith("\"type\":\"STRING_ERROR\"}");
    }

    private static String millis(Instant instant) {
        return DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS")
                .withZone(ZoneOffset.UTC)
                .format(instant);
    }

    // ── waiting

    @Test
    void whoHasTheRunAsItIsIsHeldUntilItChanges() throws Exception {
        Run<Json> run = trigger("gated");
        server.test().until(run, RunState.EXECUTING);
        Watcher watcher = watcher(run);
        assertThat(changes(watcher.begin())).containsExactly("insert " + run.id());
        assertThat(changes(watcher.catchUp())).isEmpty();
        CompletableFuture<Reply> held = watcher.later();
        assertThat(held).isNotDone();
        gate.release();
        Reply reply = soon(held);
        assertThat(changes(reply)).containsExactly("update " + run.id());
        assertThat(row(reply).path("status").asString()).isEqualTo("COMPLETED_SUCCESSFULLY");
        assertThat(row(reply).path("completedAt").asString()).as("with the end").isNotEmpty();
        assertThat(row(reply).path("output").asString()).isEqualTo("{\"n\": 1.50}");
        assertThat(Watcher.held(server.errand())).as("nobody is left").isZero();
    }

    @Test
    void whatHappensBetweenTwoRequestsIsToldAtOnce() throws Exception {
        Run<Json> run = trigger("gated");
        server.test().until(run, RunState.EXECUTING);
        Watcher live = watcher(run);
        live.begin();
        Watcher notLive = watcher(run).from(live);
        gate.release();
        server.test().until(run, RunState.COMPLETED);
        assertThat(row(live.next()).path("status").asString()).isEqualTo("COMPLETED_SUCCESSFULLY");
        assertThat(row(notLive.catchUp()).path("status").asString()).isEqualTo("COMPLETED_SUCCESSFULLY");
        assertThat(changes(notLive.catchUp())).isEmpty();
    }

    @Test
    void whatABodyNotesIsAChange() throws Exception {
        Run<Json> run = trigger("notes");
        server.test().until(run, RunState.EXECUTING);
        Watcher watcher = watcher(run);
        assertThat(row(watcher.begin()).path("metadata").isNull()).isTrue();
        CompletableFuture<Reply> held = watcher.later();
        noted.release();
        assertThat(row(soon(held)).path("metadata").asString()).isEqualTo("{\"done\":0.5}");
        gate.release();
        server.test().until(run, RunState.COMPLETED);
    }

    @Test
    void oneThatIsToStopReadsCanceledAndEndsOnlyWhenItHasEnded() throws Exception {
        Run<Json> run = trigger("stubborn");
        server.test().until(run, RunState.EXECUTING);
        Watcher watcher = watcher(run);
        watcher.begin();
        run.cancel("enough");
        JsonNode asked = row(watcher.catchUp());
        assertThat(asked.path("status").asString()).isEqualTo("CANCELED");
        assertThat(asked.path("completedAt").isNull()).isTrue();
        CompletableFuture<Reply> held = watcher.later();
        gate.release();
        JsonNode ended = row(soon(held));
        assertThat(ended.path("status").asString()).isEqualTo("CANCELED");
        assertThat(ended.path("completedAt").asString()).isNotEmpty();
        assertThat(ended.path("output").isNull()).isTrue();
    }

    @Test
    void aRunThatIsDeletedMeanwhileIs404() throws Exception {
        Run<Json> run = trigger("sleep");
        server.test().until(run, RunState.WAITING);
        Watcher watcher = watcher(run);
        watcher.begin();
        CompletableFuture<Reply> held = watcher.later();
        run.forcePurge();
        assertThat(soon(held).status()).isEqualTo(404);
        assertThat(watcher.catchUp().status()).isEqualTo(404);
    }

    // ── what is refused

    @Test
    void whatIsNoRunIs404AndWhatIsNoPlace400() {
        for (String id : List.of(RunId.next().toString(), "run_x", "..%2F..", "x")) {
            Reply reply = server.get("/realtime/v1/runs/" + id + "?offset=-1");
            assertThat(reply.status()).as(id).isEqualTo(404);
            assertThat(reply.header("x-should-retry")).as(id).isEqualTo("false");
        }
        String run = "/realtime/v1/runs/" + trigger("echo").id();
        for (String offset : List.of("0", "-2", "now", "1_x", "1_2_3", "9".repeat(30) + "_1", "1_" + "9".repeat(30))) {
            Reply reply = server.get(run + "?live=true&handle=x&offset=" + offset);
            assertThat(reply.status()).as(offset).isEqualTo(400);
            assertThat(reply.at("param")).as(offset).isEqualTo("offset");
        }
        assertThat(server.send("GET", run + "?offset=-1", null, null).status()).isEqualTo(401);
        assertThat(server.post(run, "{}").status()).isEqualTo(405);
    }

    @Test
    void aHandleOfOthersIsNoObstacle() {
        String run = "/realtime/v1/runs/" + trigger("echo").id();
        for (String handle : List.of("x", "123-456", "..", "0123456789abcdef-999999999999999")) {
            Reply reply = server.get(run + "?handle=" + handle + "&offset=1_2");
            assertThat(reply.status()).as(handle).isEqualTo(200);
            assertThat(messages(reply)).as(handle).hasSize(1);
            assertThat(reply.header("electric-handle")).as(handle).matches("[0-9a-f]{16}-\\d+");
        }
    }

    @Test
    void whoAsksForTheHeadAloneIsNotHeld() {
        Run<Json> run =
                server.errand().trigger("echo", null, TriggerOptions.none().after(Duration.ofDays(9)));
        Watcher watcher = watcher(run);
        watcher.begin();
        long begun = System.nanoTime();
        String path = "/realtime/v1/runs/" + run.id() + "?live=true&" + watcher.place();
        Reply head = server.send("HEAD", path, null, server.key(Role.VIEWER));
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
    }
}

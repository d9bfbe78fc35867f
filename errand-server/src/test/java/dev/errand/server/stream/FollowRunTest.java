package dev.errand.server.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.Role;
import dev.errand.Run;
import dev.errand.RunInfo;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.json.ApiJson;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a run writes, as it writes it; and its end. */
@Tag(TestServer.STORES)
class FollowRunTest {
    private static final String RUNS = "/api/errand/v1/runs/";
    private static final Duration SOON = StreamClient.SOON;
    private static final Semaphore gate = new Semaphore(0);

    @AutoClose
    private static final TestServer server = TestServer.open(
            Task.named("writes", Json.class, Json.class).run((payload, run) -> {
                run.log().info("one");
                run.emit(1);
                gate.acquire();
                run.log().info("two");
                run.emit(2);
                return new Json("{\"n\": 1.50}");
            }),
            Task.named("fails", Json.class, Json.class).run((payload, run) -> {
                throw new IllegalStateException("no luck");
            }));

    private static StreamClient follow(String path, String... headers) {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Authorization: Bearer " + server.key(Role.VIEWER);
        all[headers.length + 1] = "Accept: text/event-stream";
        StreamClient client = StreamClient.open(server.uri(), RUNS + path, all);
        assertThat(client.status()).isEqualTo(200);
        return client;
    }

    private static Run<Json> written() throws InterruptedException {
        Run<Json> run = server.errand().trigger("writes", null);
        gate.release();
        run.await(SOON);
        return run;
    }

    @Test
    void theLogIsToldAsItIsWrittenUntilTheEnd() throws Exception {
        Run<Json> run = server.errand().trigger("writes", null);
        try (StreamClient log = follow(run.id() + "/log");
                StreamClient emitted = follow(run.id() + "/emitted")) {
            StreamClient.Frame first = log.next();
            assertThat(first.name()).isEqualTo("log");
            assertThat(first.json().path("message").asString()).isEqualTo("one");
            assertThat(first.id()).isEqualTo(first.json().path("position").asString());
            assertThat(emitted.next().json().path("item").asInt()).isEqualTo(1);
            gate.release();
            assertThat(log.next().json().path("message").asString()).isEqualTo("two");
            StreamClient.Frame second = emitted.next();
            assertThat(second.name()).isEqualTo("emitted");
            assertThat(second.json().path("item").asInt()).isEqualTo(2);
            for (StreamClient client : List.of(log, emitted)) {
                StreamClient.Frame end = client.next();
                assertThat(end.name()).isEqualTo("end");
                assertThat(end.json().path("state").asString()).isEqualTo("COMPLETED");
                assertThat(end.json().path("id").asString()).isEqualTo(run.id().toString());
                assertThat(client.next().isEnd()).isTrue();
            }
        }
    }

    @Test
    void whoComesAgainGoesOnWhereHeWas() throws Exception {
        Run<Json> run = written();
        String place;
        try (StreamClient log = follow(run.id() + "/log")) {
            place = log.next().id();
            assertThat(log.next(2).getLast().name()).isEqualTo("end");
        }
        try (StreamClient log = follow(run.id() + "/log", "Last-Event-ID: " + place)) {
            assertThat(log.next().json().path("message").asString()).isEqualTo("two");
            assertThat(log.next().name()).isEqualTo("end");
        }
        try (StreamClient log = follow(run.id() + "/log?after=" + place)) {
            assertThat(log.next().json().path("message").asString()).isEqualTo("two");
        }
        Reply asJson = server.get(RUNS + run.id() + "/log?after=" + place);
        assertThat(asJson.header("content-type")).isEqualTo("application/json");
        assertThat(asJson.at("items.0.message")).isEqualTo("two");
    }

    @Test
    void whatIsNoRunOrNoPositionIsRefused() {
        Reply position = server.get(RUNS + server.errand().trigger("fails", null).id() + "/log?after=x");
        assertThat(position.status()).isEqualTo(400);
        assertThat(position.at("param")).isEqualTo("after");
        for (String path : List.of("/log", "/emitted", "/end")) {
            assertThat(server.get(RUNS + "run_x" + path).status()).as(path).isEqualTo(404);
        }
    }

    // ── the end

    private static RunInfo info(Reply reply) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return ApiJson.read(reply.body().getBytes(StandardCharsets.UTF_8), RunInfo.class);
    }

    @Test
    void theEndIsAnsweredAsSoonAsItHasCome() throws Exception {
        Run<Json> run = server.errand().trigger("writes", null);
        CompletableFuture<Reply> end = CompletableFuture.supplyAsync(
                () -> server.get(RUNS + run.id() + "/end?wait=PT1M"),
                task -> Thread.ofVirtual().start(task));
        server.test().until(run, RunState.EXECUTING);
        gate.release();
        RunInfo ended = info(end.get(SOON.toSeconds(), TimeUnit.SECONDS));
        assertThat(ended).isEqualTo(run.info());
        assertThat(ended.output()).isEqualTo(new Json("{\"n\": 1.50}"));
        assertThat(info(server.get(RUNS + run.id() + "/end")).state()).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void aFailureIsToldToo() throws Exception {
        Run<Json> run = server.errand().trigger("fails", null);
        server.test().finish(run);
        assertThat(server.get(RUNS + run.id() + "/end").at("failure.message")).isEqualTo("no luck");
    }

    @Test
    void whoHasWaitedLongEnoughIsAnsweredWithNothing() {
        Run<Json> run =
                server.errand().trigger("writes", null, TriggerOptions.none().after(Duration.ofDays(1)));
        for (String wait : List.of("PT0S", "PT0.05S")) {
            Reply reply = server.get(RUNS + run.id() + "/end?wait=" + wait);
            assertThat(reply.status()).isEqualTo(204);
            assertThat(reply.body()).isEmpty();
        }
        for (String wait : List.of("20", "PT61S", "-PT1S", "PT1000000000H")) {
            Reply reply = server.get(RUNS + run.id() + "/end?wait=" + wait);
            assertThat(reply.status()).as(wait).isEqualTo(400);
            assertThat(reply.at("param")).isEqualTo("wait");
        }
    }
}

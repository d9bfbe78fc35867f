package dev.errand.server.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.Machine;
import dev.errand.MetadataEdit;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.TriggerOptions;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag(TestServer.STORES)
class ReplayRunTest {
    private record Sum(int a, int b) {}

    @AutoClose
    private static final TestServer server = TestServer.open(
            Task.named("echo", Json.class, Json.class)
                    .queue(TaskQueue.named("mail"))
                    .run((payload, run) -> payload),
            Task.named("slow", Json.class).queue(TaskQueue.named("slow")).run((payload, run) -> {}),
            Task.named("sum", Sum.class, Integer.class).run((sum, run) -> sum.a() + sum.b()));

    private static final TriggerOptions SAID = TriggerOptions.none()
            .after(Duration.ofHours(1))
            .ttl(Duration.ofHours(2))
            .idempotencyKey("only one")
            .name("nightly")
            .tags("a", "b")
            .metadata(Map.of("k", 1))
            .queue("slow")
            .concurrencyKey("c")
            .priority(7)
            .attempts(4)
            .maxDuration(Duration.ofSeconds(90))
            .asTest();

    private static Run<Json> triggered(TriggerOptions options) {
        return server.errand().trigger("echo", new Json("{\"n\": 1}"), options);
    }

    private static Reply replay(Run<?> run, @Nullable String body) {
        return server.post("/api/v1/runs/" + run.id() + "/replay", body == null ? null : body.replace('\'', '"'));
    }

    private static RunInfo replayed(Run<?> run, @Nullable String body) {
        Reply reply = replay(run, body);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        assertThat(reply.body()).isEqualTo("{\"id\":\"" + reply.at("id") + "\"}");
        assertThat(reply.at("id")).isNotEqualTo(run.id().toString());
        return server.errand().run(RunId.of(reply.at("id"))).info();
    }

    @Test
    void itIsTheSameButForKeyDelayAndTimeToLive() {
        Run<Json> run = triggered(SAID);
        run.editMetadata(List.of(new MetadataEdit.Set("noted", "since")));
        run.cancel();
        for (String body : new @Nullable String[] {null, "", "{}"}) {
            RunInfo again = replayed(run, body);
            assertThat(again.task()).isEqualTo("echo");
            assertThat(again.payload()).isEqualTo(new Json("{\"n\": 1}"));
            assertThat(again.name()).isEqualTo("nightly");
            assertThat(again.tags()).containsExactly("a", "b");
            assertThat(again.metadata()).as("as the trigger said").isEqualTo(Map.of("k", 1L));
            assertThat(again.queue()).isEqualTo("slow");
            assertThat(again.concurrencyKey()).isEqualTo("c");
            assertThat(again.priority()).isEqualTo(7);
            assertThat(again.maxAttempts()).isEqualTo(4);
            assertThat(again.maxDuration()).isEqualTo(Duration.ofSeconds(90));
            assertThat(again.test()).isTrue();
            assertThat(again.replayOf()).isEqualTo(run.id());
            assertThat(again.state()).isNotEqualTo(RunState.DELAYED);
            assertThat(again.ttl()).isNull();
            assertThat(again.idempotencyKey()).isNull();
        }
    }

    @Test
    void allOfItCanBeOtherwise() {
        RunInfo again = replayed(triggered(SAID), """
                {'payload': {'n': 2}, 'metadata': {'k': 2}, 'tags': ['c'], 'queue': {'name': 'mail'}, 'concurrencyKey': 5,
                 'machine': 'small-1x', 'version': '20261123.1', 'region': 'eu', 'delay': '2h', 'ttl': '1m30s',
                 'idempotencyKey': 'another', 'idempotencyKeyTTL': '1h', 'maxAttempts': 2, 'maxDuration': 30, 'priority': 0}
                """);
        assertThat(again.payload()).isEqualTo(new Json("{\"n\":2}"));
        assertThat(again.metadata()).isEqualTo(Map.of("k", 2L));
        assertThat(again.tags()).containsExactly("c");
        assertThat(again.queue()).isEqualTo("mail");
        assertThat(again.concurrencyKey()).isEqualTo("5");
        assertThat(again.machine()).isEqualTo(Machine.parse("small-1x"));
        assertThat(again.state()).isEqualTo(RunState.DELAYED);
        assertThat(again.dueAt()).isEqualTo(again.createdAt().plus(Duration.ofHours(2)));
        assertThat(again.ttl()).isEqualTo(Duration.ofSeconds(90));
        assertThat(again.idempotencyKey()).isEqualTo("another");
        assertThat(again.maxAttempts()).isEqualTo(2);
        assertThat(again.maxDuration()).isEqualTo(Duration.ofSeconds(30));
        assertThat(again.priority()).isZero();
        assertThat(again.name()).isEqualTo("nightly");
        assertThat(again.test()).isTrue();
    }

    @Test
    void tagsAndMetadataCanBeTakenAwayAndAQueueBeNamed() {
        Run<Json> run = triggered(SAID);
        RunInfo bare = replayed(run, "{'delay': '1h', 'tags': [], 'metadata': {}, 'queue': 'mail'}");
        assertThat(bare.tags()).isEmpty();
        assertThat(bare.metadata()).isEmpty();
        assertThat(bare.queue()).isEqualTo("mail");
        assertThat(replayed(run, "{'delay': '1h', 'queue': {'name': 'task/echo'}}")
                        .queue())
                .as("as the task says")
                .isEqualTo("mail");
    }

    @Test
    void aPayloadIsPackedAsClientsPackIt() {
        Run<Json> run = triggered(TriggerOptions.none());
        String packed = "{'payload': {'json': {'x': 1}}, 'payloadType': 'application/super+json'}";
        assertThat(replayed(run, packed).payload()).isEqualTo(new Json("{\"x\":1}"));
        assertThat(replayed(run, "{'payload': '7', 'payloadType': 'text/plain'}")
                        .payload())
                .isEqualTo(new Json("\"7\""));
        assertThat(replayed(run, "{'payload': null}").payload()).isEqualTo(new Json("{\"n\": 1}"));
    }

    @Test
    void aKeyThatIsHeldGivesTheRunThatHoldsIt() {
        Run<Json> run = triggered(TriggerOptions.none());
        String body = "{'idempotencyKey': 'replayed once', 'delay': '1h'}";
        RunInfo first = replayed(run, body);
        assertThat(replayed(run, body).id()).isEqualTo(first.id());
    }

    @Test
    void whatCannotBeUnderstoodOrDoneIsRefusedAndTriggersNothing() {
        Run<Json> run = triggered(SAID.idempotencyKey("refused"));
        int before = server.errand().runs(RunQuery.all()).items().size();
        for (String body : List.of(
                "{'debounce': {'key': 'x', 'delay': '1s'}}",
                "{'test': true}",
                "{'payload': 1, 'other': 2}",
                "{'tags': 5}",
                "{'maxAttempts': 'x'}",
                "{'maxAttempts': 0}",
                "{'version': 5}",
                "{'metadata': []}",
                "{'payload': 1, 'payloadType': 'image/png'}",
                "[]",
                "{")) {
            assertThat(replay(run, body).status()).as(body).isEqualTo(400);
        }
        for (String body : List.of(
                "{'delay': 'soon'}",
                "{'maxDuration': 1}",
                "{'machine': 'huge'}",
                "{'tags': ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11']}")) {
            assertThat(replay(run, body).status()).as(body).isEqualTo(422);
        }
        assertThat(server.errand().runs(RunQuery.all()).items()).hasSize(before);
    }

    @Test
    void aPayloadHasToFitTheTask() {
        Run<Json> sum = server.errand().trigger("sum", Map.of("a", 1, "b", 2));
        assertThat(replay(sum, "{'payload': {'a': 'x'}}").status()).isEqualTo(422);
        assertThat(replayed(sum, "{'payload': {'a': 3, 'b': 4}}").payload()).isEqualTo(new Json("{\"a\":3,\"b\":4}"));
    }

    @Test
    void aRunThatThereIsNotIs404() {
        assertThat(server.post("/api/v1/runs/" + RunId.next() + "/replay", null).status())
                .isEqualTo(404);
        assertThat(server.post("/api/v1/runs/run_x/replay", "{}").status()).isEqualTo(404);
    }
}

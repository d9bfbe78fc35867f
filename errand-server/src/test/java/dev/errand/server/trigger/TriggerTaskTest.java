package dev.errand.server.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag(TestServer.STORES)
class TriggerTaskTest {
    private record Sum(int a, int b) {}

    @AutoClose
    private static final TestServer server = TestServer.open(
            Task.named("my/echo", Json.class, Json.class)
                    .queue(TaskQueue.named("mail"))
                    .run((payload, run) -> payload),
            Task.named("sum", Sum.class, Integer.class).run((sum, run) -> sum.a() + sum.b()));

    private static Reply trigger(String body) {
        return server.post("/api/v1/tasks/my%2Fecho/trigger", body.replace('\'', '"'));
    }

    private static RunInfo triggered(String body) {
        Reply reply = trigger(body);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return server.errand().run(RunId.of(reply.at("id"))).info();
    }

    private static RunInfo withOptions(String options) {
        return triggered("{'options': {" + options + "}}");
    }

    private static void isRefused(int status, String error, String body) {
        Reply reply = trigger(body);
        assertThat(reply.error()).as(body).contains(error);
        assertThat(reply.status()).as(body).isEqualTo(status);
    }

    // ── payloads

    @Test
    void aRunIsTriggeredAndEnds() throws InterruptedException {
        Reply reply = server.post("/api/v1/tasks/sum/trigger", "{\"payload\": {\"a\": 40, \"b\": 2}}");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.at("isCached")).isEqualTo("false");
        Run<Json> run = server.errand().run(RunId.of(reply.at("id")));
        assertThat(server.test().finish(run).await(Duration.ZERO)).isEqualTo(new Json("42"));
    }

    @Test
    void aPayloadIsUnpackedAsItsTypeSays() {
        String superJson = "'payloadType': 'application/super+json'";
        Map<String, String> payloads = Map.of(
                "{}",
                "null",
                "{'payload': {'a': 1.50}}",
                "{\"a\":1.50}",
                "{'payload': '[1, 2]'}",
                "[1,2]",
                "{'payload': 'not json'}",
                "\"not json\"",
                "{'payload': '[1]', 'options': {'payloadType': 'text/plain'}}",
                "\"[1]\"",
                "{'payload': '{\\'json\\': {\\'json\\': 1}, \\'meta\\': {}}', 'options': {" + superJson + "}}",
                "{\"json\":1}",
                "{'payload': '{\\'meta\\': {}}', 'options': {" + superJson + "}}",
                "null",
                "{'payload': 12345678901234567890}",
                "12345678901234567890");
        payloads.forEach((body, payload) ->
                assertThat(triggered(body).payload()).as(body).isEqualTo(new Json(payload)));
        isRefused(400, "payload: an object with the member json", "{'payload': 'x', 'options': {" + superJson + "}}");
        isRefused(400, "payloadType", "{'payload': 'x', 'options': {'payloadType': 'application/xml'}}");
    }

    @Test
    void whatDoesNotFitTheTaskMakesNoRun() {
        Reply reply = server.post("/api/v1/tasks/sum/trigger", "{\"payload\": {\"a\": \"x\", \"b\": 2}}");
        assertThat(reply.status()).isEqualTo(422);
        assertThat(reply.at("param")).isEqualTo("payload.a");
        Reply unknown = server.post("/api/v1/tasks/nothing/trigger", "{}");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.header("x-should-retry")).isEqualTo("false");
    }

    // ── options

    @Test
    void optionsReachTheRun() {
        RunInfo run = withOptions(
                "'tags': ['b', 'a', 'b'], 'metadata': {'n': 1, 'none': null, 'in': {'x': [true]}}, 'maxAttempts': 7,"
                        + " 'maxDuration': 90.5, 'priority': 60, 'concurrencyKey': 42, 'machine': 'micro', 'ttl': '1h30m', 'region': 'x', 'test': true");
        assertThat(run.tags()).containsExactlyInAnyOrder("a", "b");
        assertThat(run.metadata()).isEqualTo(Map.of("n", 1L, "in", Map.of("x", List.of(true))));
        assertThat(run.maxAttempts()).isEqualTo(7);
        assertThat(run.maxDuration()).isEqualTo(Duration.ofMillis(90_500));
        assertThat(run.priority()).isEqualTo(60);
        assertThat(run.concurrencyKey()).isEqualTo("42");
        assertThat(String.valueOf(run.machine())).isEqualTo("micro");
        assertThat(withOptions("'tags': 'one'").tags()).containsExactly("one");
        assertThat(withOptions("'queue': {'name': 'mail'}").queue()).isEqualTo("mail");
        assertThat(withOptions("'queue': {'name': 'task/my/echo'}").queue())
                .as("the task's own")
                .isEqualTo("mail");
    }

    @Test
    void aTestIsOneAndLeavesItsMark() {
        assertThat(withOptions("'test': true").test()).isTrue();
        assertThat(withOptions("'test': false").test()).isFalse();
        isRefused(400, "options.test: true or false", "{'options': {'test': 'yes'}}");
    }

    @Test
    void numbersMeanTheSameHoweverTheyAreWritten() {
        assertThat(withOptions("'ttl': 1.0e2").ttl()).isEqualTo(Duration.ofSeconds(100));
        assertThat(withOptions("'ttl': '90'").ttl()).isEqualTo(Duration.ofSeconds(90));
        assertThat(withOptions("'maxAttempts': 2.0").maxAttempts()).isEqualTo(2);
        Map<String, String> keys = Map.of(
                "42",
                "42",
                "1.0e2",
                "100",
                "1.50",
                "1.5",
                "-0.0",
                "0",
                "12345678901234567890",
                "12345678901234567890",
                "1e999999999",
                "1E+999999999");
        keys.forEach((number, key) -> assertThat(
                        withOptions("'concurrencyKey': " + number).concurrencyKey())
                .isEqualTo(key));
        isRefused(400, "options.ttl: a whole number", "{'options': {'ttl': 1.5}}");
        isRefused(400, "options.ttl: a whole number", "{'options': {'ttl': -1}}");
        isRefused(400, "options.ttl: text or a number", "{'options': {'ttl': true}}");
        isRefused(422, "options.ttl: ", "{'options': {'ttl': 'soon'}}");
    }

    @Test
    void whatThereIsNoneOfHerePassesIfItIsOfItsType() {
        withOptions("'region': 'eu', 'lockToVersion': '1', 'externalDeploymentId': 'x', 'bulkActionId': 'b'");
        withOptions("'parentRunId': 'run_x', 'resumeParentOnCompletion': false, 'payloadSize': 3");
        withOptions("'metadataType': 'application/json', 'concurrency': [], 'gates': [{}]");
        for (String wrong : List.of(
                "'region': 1",
                "'lockToVersion': []",
                "'gates': {}",
                "'payloadSize': '3'",
                "'resumeParentOnCompletion': 1")) {
            String name = wrong.substring(1, wrong.indexOf("':"));
            isRefused(400, "options." + name + ": ", "{'options': {" + wrong + "}}");
        }
    }

    @Test
    void metadataOfMoreThan256KibAreTooLarge() {
        String most = "x".repeat(256 * 1024 - "{'n':''}".length());
        assertThat(withOptions("'metadata': {'n':'" + most + "'}").metadata()).isEqualTo(Map.of("n", most));
        isRefused(413, "options.metadata: ", "{'options': {'metadata': {'n':'" + most + "x'}}}");
        isRefused(413, "options.metadata: ", "{'options': {'metadata': {'n':'" + "ü".repeat(140_000) + "'}}}");
    }

    @Test
    void aCharacterZeroIsNoFaultOfTheServer() {
        List<String> options = List.of(
                "'tags': 'a\\u0000b'",
                "'concurrencyKey': '\\u0000'",
                "'idempotencyKey': '\\u0000', 'idempotencyKeyOptions': {'key': '\\u0000'}",
                "'queue': {'name': '\\u0000'}",
                "'debounce': {'key': '\\u0000', 'delay': '10s'}",
                "'machine': '\\u0000'",
                "'metadata': {'\\u0000': '\\u0000'}");
        for (String option : options) {
            assertThat(trigger("{'payload': '\\u0000', 'options': {" + option + "}}")
                            .status())
                    .as(option)
                    .isIn(200, 404, 422);
        }
    }

    @Test
    void aDelayIsADurationOrADate() {
        for (String delay : List.of(
                "2hr30m",
                "150m",
                server.errand().now().plus(Duration.ofMinutes(150)).toString())) {
            RunInfo run = withOptions("'delay': '" + delay + "', 'ttl': 60");
            assertThat(run.state()).as(delay).isEqualTo(RunState.DELAYED);
            assertThat(run.dueAt()).as(delay).isEqualTo(server.errand().now().plus(Duration.ofMinutes(150)));
            assertThat(run.expiresAt())
                    .as("counted from there")
                    .isEqualTo(server.errand().now().plus(Duration.ofMinutes(151)));
        }
        assertThat(withOptions("'delay': '2020-01-01T00:00:00+02:00'").state()).isNotEqualTo(RunState.DELAYED);
        isRefused(422, "options.delay: a date is needed", "{'options': {'delay': 'tomorrow'}}");
        isRefused(422, "options.delay: a date in the years", "{'options': {'delay': '+99999-01-01T00:00:00Z'}}");
        isRefused(422, "options: the start 9999-", "{'options': {'delay': '9999-01-01T00:00:00Z'}}");
    }

    @Test
    void whatIsOfTheWrongTypeIs400AndWhatCannotBeDoneIs422() {
        isRefused(400, "options.maxAttempts: a whole number from 1", "{'options': {'maxAttempts': 1.5}}");
        isRefused(400, "options.maxAttempts: a whole number from 1", "{'options': {'maxAttempts': 0}}");
        isRefused(400, "options.tags: text or an array", "{'options': {'tags': [1]}}");
        isRefused(400, "options.queue: an object", "{'options': {'queue': 'mail'}}");
        isRefused(400, "options.queue.name: text is needed", "{'options': {'queue': {}}}");
        isRefused(400, "options: an object", "{'options': []}");
        isRefused(422, "options.tags: ", "{'options': {'tags': ['1','2','3','4','5','6','7','8','9','10','11']}}");
        isRefused(422, "options.maxDuration: ", "{'options': {'maxDuration': 4}}");
        isRefused(422, "options.idempotencyKey: ", "{'options': {'idempotencyKey': '" + "x".repeat(2_049) + "'}}");
        isRefused(404, "nowhere", "{'options': {'queue': {'name': 'nowhere'}}}");
    }

    // ── keys

    @Test
    void aKeyMakesRepeatedTriggersOneRunUntilItIsReset() {
        String body = "{'options': {'idempotencyKey': 'order/7', 'idempotencyKeyTTL': '60s'}}";
        Reply first = trigger(body);
        Reply second = trigger(body);
        assertThat(second.at("id")).isEqualTo(first.at("id"));
        assertThat(List.of(first.at("isCached"), second.at("isCached"))).containsExactly("false", "true");
        String reset = "/api/v1/idempotencyKeys/order%2F7/reset";
        Reply freed = server.post(reset, "{\"taskIdentifier\": \"my/echo\"}");
        assertThat(freed.body()).isEqualTo("{\"id\":\"order/7\"}");
        assertThat(server.post(reset, "{\"taskIdentifier\": \"my/echo\"}").status())
                .isEqualTo(404);
        assertThat(server.post(reset, "{}").status()).isEqualTo(400);
        String longest = "/api/v1/idempotencyKeys/" + "x".repeat(3_000) + "/reset";
        assertThat(server.post(longest, "{\"taskIdentifier\": \"my/echo\"}").status())
                .isEqualTo(404);
        assertThat(trigger(body).at("id")).isNotEqualTo(first.at("id"));
    }

    @Test
    void aKeyIsShownAsItsUserWroteIt() {
        String hash = "0123456789abcdef".repeat(4);
        String options =
                "'idempotencyKey': '" + hash + "', 'idempotencyKeyOptions': {'key': 'order/8', 'scope': 'global'}";
        RunInfo run = withOptions(options);
        assertThat(run.idempotencyKey()).isEqualTo(hash);
        assertThat(run.keyText()).isEqualTo("order/8");
        assertThat(trigger("{'options': {" + options + "}}").at("isCached")).isEqualTo("true");
        assertThat(server.get("/api/v3/runs/" + run.id()).at("idempotencyKey")).isEqualTo("order/8");
        String parts = "'idempotencyKey': 'h2', 'idempotencyKeyOptions': {'key': ['order', '9']}";
        assertThat(withOptions(parts).keyText()).isEqualTo("order-9");
        String tooLong = "'idempotencyKey': 'h3', 'idempotencyKeyOptions': {'key': '" + "x".repeat(5_000) + "'}";
        assertThat(String.valueOf(withOptions(tooLong).keyText())).hasSize(2_048);
        isRefused(400, "options.idempotencyKeyOptions: an object", "{'options': {'idempotencyKeyOptions': 'x'}}");
        isRefused(
                400,
                "options.idempotencyKeyOptions.scope: run",
                "{'options': {'idempotencyKeyOptions': {'scope': 'x'}}}");
    }

    @Test
    void aLifeOfAKeyThatCannotBeReadIsThirtyDays() {
        for (String life : List.of("", "soon", "1.5h", "-5s")) {
            String body = "{'options': {'idempotencyKey': 'life " + life + "', 'idempotencyKeyTTL': '" + life + "'}}";
            String first = trigger(body).at("id");
            assertThat(trigger(body).at("id")).as(life).isEqualTo(first);
        }
        isRefused(400, "options.idempotencyKeyTTL: text", "{'options': {'idempotencyKeyTTL': 60}}");
    }

    @Test
    void aBurstBecomesOneRun() {
        String first = trigger("{'payload': 1, 'options': {'debounce': {'key': 'k', 'delay': '10s'}}}")
                .at("id");
        Reply second = trigger(
                "{'payload': 2, 'options': {'debounce': {'key': 'k', 'delay': '20s', 'mode': 'trailing', 'maxDelay': '1m'}}}");
        assertThat(second.at("id")).isEqualTo(first);
        RunInfo run = server.errand().run(RunId.of(first)).info();
        assertThat(run.payload()).isEqualTo(new Json("2"));
        assertThat(run.dueAt()).isEqualTo(server.errand().now().plusSeconds(20));
        isRefused(400, "options.debounce.mode", "{'options': {'debounce': {'key': 'k', 'delay': '10s', 'mode': 'x'}}}");
        isRefused(
                422,
                "options.debounce: ",
                "{'options': {'debounce': {'key': 'k', 'delay': '10s', 'maxDelay': '10s'}}}");
    }
}

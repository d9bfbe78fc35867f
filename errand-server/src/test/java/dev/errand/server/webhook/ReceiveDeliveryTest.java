package dev.errand.server.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.Limits;
import dev.errand.PayloadSchema;
import dev.errand.Retry;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.WebhookDelivery;
import dev.errand.WebhookDelivery.Outcome;
import dev.errand.WebhookOptions;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import dev.errand.server.call.Secret;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What other systems deliver, and what they are answered. */
@Tag(TestServer.STORES)
class ReceiveDeliveryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String AGE =
            "{\"type\":\"object\",\"properties\":{\"age\":{\"type\":\"integer\"}},\"required\":[\"age\"]}";

    @AutoClose
    private static final TestServer server = TestServer.open(
            Sender.settings().largestBody(10_000),
            Task.named("orders", Json.class, Json.class).run((payload, run) -> payload),
            Task.named("adult", Json.class, Json.class)
                    .schema(PayloadSchema.of(AGE))
                    .run((payload, run) -> payload),
            Task.named("narrow", Json.class, Json.class)
                    .queue(TaskQueue.named("narrow").limits(Limits.none().maxPending(1)))
                    .run((payload, run) -> payload),
            Task.named("doomed", Json.class, Json.class).retry(Retry.none()).run((payload, run) -> {
                throw new IllegalStateException("no luck");
            }));

    private static Sender orders() {
        return Sender.to(server, "orders", WebhookOptions.none());
    }

    private static Map<String, String> with(Map<String, String> headers, String name, String value) {
        Map<String, String> changed = new HashMap<>(headers);
        changed.put(name, value);
        return changed;
    }

    @Test
    void whatIsSignedBecomesOneRunAndWithAByteChangedNone() throws Exception { // case 172
        Sender sender = orders();
        String body = "{\"order\": 7,  \"of\": \"Ada ü\"}";
        Reply reply = sender.send("msg_1", body);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        RunId run = RunId.of(reply.at("id"));
        assertThat(server.errand().run(run).await(PATIENCE)).isEqualTo(new Json(body));
        byte[] bytes = body.getBytes(UTF_8);
        Map<String, String> headers = sender.headers("msg_2", bytes);
        bytes[10] = '8';
        Reply refused = sender.send(headers, bytes);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error()).isEqualTo("no signature matches");
        assertThat(sender.runs()).hasSize(1);
        assertThat(sender.outcomes()).containsExactly(Outcome.REFUSED, Outcome.ACCEPTED);
    }

    @Test
    void whatComesAgainIsAnsweredWithTheFirstRun() throws Exception {
        Sender sender = orders();
        String first = sender.send("msg_1", "1").at("id");
        Reply again = sender.send("msg_1", "1");
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.at("id")).isEqualTo(first);
        server.test().advance(Duration.ofHours(23));
        assertThat(sender.send("msg_1", "1").at("id")).as("23 h later").isEqualTo(first);
        assertThat(sender.send("msg_2", "1").at("id")).isNotEqualTo(first);
        assertThat(sender.outcomes())
                .containsExactly(Outcome.ACCEPTED, Outcome.DUPLICATE, Outcome.DUPLICATE, Outcome.ACCEPTED);
    }

    @Test
    void aRunThatFailedIsNotRepeatedByWhatComesAgain() throws Exception {
        Sender sender = Sender.to(server, "doomed", WebhookOptions.none());
        String first = sender.send("msg_1", "1").at("id");
        server.test().until(server.errand().run(RunId.of(first)), RunState.FAILED);
        assertThat(sender.send("msg_1", "1").at("id")).isEqualTo(first);
        assertThat(sender.runs()).hasSize(1);
    }

    @Test
    void twoWebhooksOfOneTaskHaveDeliveriesOfTheirOwn() {
        Sender one = orders();
        Sender other = orders();
        assertThat(one.send("msg_1", "1").at("id"))
                .isNotEqualTo(other.send("msg_1", "1").at("id"));
        byte[] body = "1".getBytes(UTF_8);
        assertThat(other.send(one.headers("msg_2", body), body).status())
                .as("signed for another")
                .isEqualTo(400);
    }

    @Test
    void whatIsNotThereOrDisabledIsNotFound() {
        Sender sender = orders();
        for (String id : List.of("webhook_none", "webhook_00000000000000000000000000", "a%2Fb", "%F0%9F%98%80")) {
            assertThat(server.send("POST", "/webhooks/" + id, "{}", null).status())
                    .as(id)
                    .isEqualTo(404);
        }
        sender.errand().webhooks().disable(sender.id());
        assertThat(sender.send("msg_1", "1").status()).isEqualTo(404);
        sender.errand().webhooks().enable(sender.id());
        assertThat(sender.send("msg_1", "1").status()).isEqualTo(200);
        sender.errand().webhooks().delete(sender.id());
        assertThat(sender.send("msg_2", "1").status()).isEqualTo(404);
        assertThat(sender.runs()).as("its runs stay").hasSize(1);
        assertThat(server.send("GET", "/webhooks/" + sender.id(), null, null).status())
                .isEqualTo(405);
    }

    @Test
    void whatIsUnsignedOldOrNoJsonIsRefusedWithTheReason() {
        Sender sender = orders();
        byte[] body = "{}".getBytes(UTF_8);
        Map<String, String> headers = sender.headers("msg_1", body);
        long now = sender.errand().now().getEpochSecond();
        assertThat(sender.send(Map.of(), body).error()).contains("webhook-id, webhook-timestamp");
        assertThat(sender.send(with(headers, "webhook-id", "msg_2"), body).error())
                .isEqualTo("no signature matches");
        assertThat(sender.send(with(headers, "webhook-timestamp", Long.toString(now + 1)), body)
                        .error())
                .isEqualTo("no signature matches");
        Map<String, String> old = StandardWebhooks.headers(
                List.of(sender.made().secret()), "msg_1", sender.errand().now().minusSeconds(301), body);
        assertThat(sender.send(old, body).error()).isEqualTo("the timestamp is too far in the past");
        assertThat(sender.send("msg_1", "{").error()).isEqualTo("the body is not JSON");
        assertThat(sender.send("msg_1", "").error()).isEqualTo("the body is not JSON");
        byte[] noText = {'"', (byte) 0xff, '"'};
        assertThat(sender.send(sender.headers("msg_1", noText), noText).error()).isEqualTo("the body is not JSON");
        assertThat(sender.runs()).isEmpty();
        assertThat(sender.outcomes()).hasSize(7).containsOnly(Outcome.REFUSED);
        assertThat(sender.log().getFirst().reason()).isEqualTo("the body is not JSON");
    }

    @Test
    void whatIsTooLargeIs413() {
        Sender sender = orders();
        assertThat(sender.send("msg_1", "\"" + "x".repeat(10_000) + "\"").status())
                .isEqualTo(413);
        assertThat(sender.send("msg_1", "\"" + "x".repeat(9_998) + "\"").status())
                .isEqualTo(200);
    }

    @Test
    void whatDoesNotFitTheTaskIsRefused() {
        Sender sender = Sender.to(server, "adult", WebhookOptions.none());
        Reply reply = sender.send("msg_1", "{\"age\":\"x\"}");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).contains("age");
        assertThat(sender.runs()).isEmpty();
        assertThat(sender.send("msg_1", "{\"age\":7}").status()).isEqualTo(200);
    }

    @Test
    void aFullQueueIs429AndTheDeliveryIsWelcomeLater() {
        Sender sender = Sender.to(server, "narrow", WebhookOptions.none());
        server.errand().queues().pause("narrow");
        assertThat(sender.send("msg_1", "1").status()).isEqualTo(200);
        Reply full = sender.send("msg_2", "2");
        assertThat(full.status()).as(full.body()).isEqualTo(429);
        assertThat(full.header("retry-after")).isEqualTo("1");
        assertThat(sender.runs()).hasSize(1);
        assertThat(sender.outcomes()).containsExactly(Outcome.FAILED, Outcome.ACCEPTED);
        server.errand().queues().resume("narrow");
    }

    @Test
    void whatCannotBeStoredIs500AndIsReplayedFromTheLog() throws Exception {
        Task<Json, Json> passing = Task.named("passing", Json.class, Json.class).run((payload, run) -> payload);
        server.errand().add(passing);
        Sender sender = Sender.to(server, "passing", WebhookOptions.none());
        server.errand().remove("passing");
        Reply reply = sender.send("msg_1", "[1]");
        assertThat(reply.status()).as(reply.body()).isEqualTo(500);
        WebhookDelivery failed = sender.log().getFirst();
        assertThat(failed.outcome()).isEqualTo(Outcome.FAILED);
        server.errand().add(passing);
        RunId run = server.errand().webhooks().replay(sender.id(), failed.id()).orElseThrow();
        assertThat(server.errand().run(run).await(PATIENCE)).isEqualTo(new Json("[1]"));
    }

    @Test
    void onlyWhatTheFilterWantsBecomesARunAndTheLogSaysWhyNot() throws Exception {
        WebhookOptions options =
                WebhookOptions.none().only("type", "invoice.*", "refund").only("data.live", "true");
        Sender sender = Sender.to(server, "orders", options);
        String wanted = "{\"type\":\"%s\",\"data\":{\"live\":%s}}";
        assertThat(sender.send("msg_1", wanted.formatted("invoice.paid", "true"))
                        .at("id"))
                .startsWith("run_");
        assertThat(sender.send("msg_2", wanted.formatted("refund", "true")).at("id"))
                .startsWith("run_");
        Reply filtered = sender.send("msg_3", wanted.formatted("refunds", "true"));
        assertThat(filtered.status()).isEqualTo(200);
        assertThat(filtered.body()).isEqualTo("{\"filtered\":true}");
        sender.send("msg_4", wanted.formatted("refund", "false"));
        sender.send("msg_5", "{\"type\":\"refund\"}");
        sender.send("msg_6", "[]");
        assertThat(sender.log().stream().map(WebhookDelivery::reason).limit(4))
                .containsExactly(
                        "data.live is missing",
                        "data.live is missing",
                        "data.live is none of true",
                        "type is none of invoice.*, refund");
        assertThat(sender.runs()).hasSize(2);
        RunId replayed = server.errand()
                .webhooks()
                .replay(sender.id(), sender.log().get(3).id())
                .orElseThrow();
        assertThat(server.errand().run(replayed).await(PATIENCE).text()).contains("refunds");
    }

    @Test
    void aHandshakeIsAnsweredIfItIsSignedAndBecomesNoRun() {
        Sender sender = Sender.to(server, "orders", WebhookOptions.none().handshake("challenge"));
        Reply reply = sender.send("msg_1", "{\"challenge\":\"tell me\\u0000 \\\"this\\\"\"}");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.at("challenge")).isEqualTo("tell me\0 \"this\"");
        byte[] body = "{\"challenge\":\"x\"}".getBytes(UTF_8);
        assertThat(sender.send(Map.of(), body).status()).isEqualTo(400);
        assertThat(sender.runs()).isEmpty();
        assertThat(sender.send("msg_2", "{\"challenge\":7}").at("id")).startsWith("run_");
        assertThat(sender.outcomes()).containsExactly(Outcome.ACCEPTED, Outcome.REFUSED, Outcome.HANDSHAKE);
    }

    @Test
    void whileASecretIsReplacedBothHold() throws Exception {
        Sender before = orders();
        WebhookSecrets secrets = new WebhookSecrets(Secret.of(Sender.SECRET));
        Sender after = new Sender(
                server,
                server.errand()
                        .webhooks()
                        .rotate(before.id(), null, Duration.ofHours(1), secrets::seal)
                        .orElseThrow());
        assertThat(before.send("msg_1", "1").status()).isEqualTo(200);
        assertThat(after.send("msg_2", "1").status()).isEqualTo(200);
        server.test().advance(Duration.ofMinutes(61));
        assertThat(before.send("msg_3", "1").status()).isEqualTo(400);
        assertThat(after.send("msg_4", "1").status()).isEqualTo(200);
    }

    @Test
    void aReplayIsANewRunWithTheSamePayload() throws Exception {
        Sender sender = orders();
        RunId first = RunId.of(sender.send("msg_1", "{\"a\":1}").at("id"));
        server.errand().run(first).await(PATIENCE);
        RunId again = server.errand()
                .webhooks()
                .replay(sender.id(), sender.log().getFirst().id())
                .orElseThrow();
        assertThat(again).isNotEqualTo(first);
        assertThat(server.errand().run(again).await(PATIENCE)).isEqualTo(new Json("{\"a\":1}"));
        assertThat(sender.log().getFirst())
                .extracting(WebhookDelivery::outcome, WebhookDelivery::run, WebhookDelivery::deliveryId)
                .containsExactly(Outcome.REPLAYED, again, "msg_1");
    }
}

package dev.errand.server.v1;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.NewWebhook;
import dev.errand.Page;
import dev.errand.Role;
import dev.errand.RunId;
import dev.errand.Task;
import dev.errand.TypeRef;
import dev.errand.WebhookDelivery;
import dev.errand.WebhookDelivery.Outcome;
import dev.errand.WebhookInfo;
import dev.errand.json.ApiJson;
import dev.errand.server.ErrandServer;
import dev.errand.server.Reply;
import dev.errand.server.ServerSettings;
import dev.errand.server.TestServer;
import dev.errand.server.webhook.StandardWebhooks;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Webhooks made, looked at, and steered over HTTP. */
@Tag(TestServer.STORES)
class WebhookRoutesTest {
    private static final String ALL = Question.BASE + "/webhooks";

    @AutoClose
    private static final TestServer server = TestServer.open(
            ServerSettings.standard().secret("correct horse battery staple, and more"),
            Task.named("orders", Json.class, Json.class).run((payload, run) -> payload));

    private static final String admin = server.key(Role.ADMIN);

    private static Reply ask(String method, String path, @Nullable String body) {
        return server.send(method, ALL + path, body == null ? null : body.replace('\'', '"'), admin);
    }

    private static <T> T read(Reply reply, Class<T> type) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return ApiJson.read(reply.body().getBytes(UTF_8), type);
    }

    private static NewWebhook create() {
        return read(ask("POST", "", "{'task':'orders'}"), NewWebhook.class);
    }

    private static Reply deliver(NewWebhook made, String deliveryId) {
        byte[] body = "[7]".getBytes(UTF_8);
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(server.uri() + "/webhooks/" + made.webhook().id()))
                .POST(BodyPublishers.ofByteArray(body));
        StandardWebhooks.headers(
                        List.of(made.secret()), deliveryId, server.errand().now(), body)
                .forEach(request::header);
        return TestServer.send(request);
    }

    private static Page<WebhookDelivery> log(NewWebhook made, String query) {
        Reply reply = server.get(ALL + "/" + made.webhook().id() + "/deliveries" + query);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return ApiJson.read(reply.body().getBytes(UTF_8), new TypeRef<Page<WebhookDelivery>>() {});
    }

    @Test
    void oneIsMadeWithItsSecretShownOnceAndDeliveredTo() {
        Reply reply = ask(
                "POST",
                "",
                "{'task':'orders','options':{'name':'shop','tolerance':'PT1M','filter':{'type':['a','b*']},'handshake':'challenge'}}");
        NewWebhook made = read(reply, NewWebhook.class);
        WebhookInfo webhook = made.webhook();
        assertThat(made.secret()).matches("whsec_[A-Za-z0-9+/]{43}=");
        assertThat(reply.at("url")).isEqualTo(server.uri() + "/webhooks/" + webhook.id());
        assertThat(reply.header("cache-control")).isEqualTo("no-store");
        assertThat(webhook.name()).isEqualTo("shop");
        assertThat(webhook.task()).isEqualTo("orders");
        assertThat(webhook.tolerance()).isEqualTo(Duration.ofMinutes(1));
        assertThat(webhook.filter()).isEqualTo(Map.of("type", List.of("a", "b*")));
        assertThat(webhook.handshake()).isEqualTo("challenge");
        assertThat(read(server.get(ALL + "/" + webhook.id()), WebhookInfo.class))
                .isEqualTo(webhook);
        assertThat(server.get(ALL).body()).contains(webhook.id()).doesNotContain("whsec_", "sealed");
    }

    @Test
    void theSecretThatASenderHasGivenIsTaken() {
        String given = StandardWebhooks.newSecret();
        NewWebhook made =
                read(ask("POST", "", "{'task':'orders','options':{'secret':'" + given + "'}}"), NewWebhook.class);
        assertThat(made.secret()).isEqualTo(given);
        assertThat(made.webhook().name()).isEqualTo("orders");
        assertThat(deliver(made, "msg_1").status()).isEqualTo(200);
    }

    @Test
    void itIsDisabledEnabledRotatedAndDeleted() {
        NewWebhook made = create();
        String one = "/" + made.webhook().id();
        assertThat(read(ask("POST", one + "/disable", null), WebhookInfo.class).takesDeliveries())
                .isFalse();
        assertThat(deliver(made, "msg_1").status()).isEqualTo(404);
        assertThat(read(ask("POST", one + "/enable", null), WebhookInfo.class)).isEqualTo(made.webhook());
        NewWebhook rotated = read(ask("POST", one + "/rotate", "{'overlap':'0s'}"), NewWebhook.class);
        assertThat(rotated.secret()).isNotEqualTo(made.secret());
        assertThat(deliver(made, "msg_1").status()).isEqualTo(400);
        assertThat(deliver(rotated, "msg_1").status()).isEqualTo(200);
        assertThat(ask("DELETE", one, null).body()).isEqualTo("{\"deleted\":true}");
        assertThat(ask("DELETE", one, null).body()).isEqualTo("{\"deleted\":false}");
        assertThat(deliver(rotated, "msg_2").status()).isEqualTo(404);
    }

    @Test
    void itsLogIsReadInPartsAndReplayed() {
        NewWebhook made = create();
        String first = deliver(made, "msg_1").at("id");
        deliver(made, "msg_2");
        Page<WebhookDelivery> newest = log(made, "?limit=1");
        assertThat(newest.items()).extracting(WebhookDelivery::deliveryId).containsExactly("msg_2");
        Page<WebhookDelivery> rest = log(made, "?limit=1&cursor=" + newest.cursor());
        WebhookDelivery delivery = rest.items().getFirst();
        assertThat(delivery.run()).isEqualTo(RunId.of(first));
        assertThat(delivery.size()).isEqualTo(3);
        assertThat(rest.cursor()).isNull();
        String path = ALL + "/" + made.webhook().id() + "/deliveries/" + delivery.id() + "/replay";
        String again = server.post(path, null).at("id");
        assertThat(again).startsWith("run_").isNotEqualTo(first);
        assertThat(log(made, "").items().getFirst().outcome()).isEqualTo(Outcome.REPLAYED);
    }

    @Test
    void whatWasRefusedIsNotReplayed() {
        NewWebhook made = create();
        String path = "/webhooks/" + made.webhook().id();
        assertThat(server.send("POST", path, "{}", null).status()).isEqualTo(400);
        String delivery = log(made, "").items().getFirst().id();
        Reply reply = server.post(ALL + "/" + made.webhook().id() + "/deliveries/" + delivery + "/replay", null);
        assertThat(reply.status()).isEqualTo(422);
        assertThat(reply.error()).contains("not kept");
        assertThat(server.post(ALL + "/" + made.webhook().id() + "/deliveries/delivery_none/replay", null)
                        .status())
                .isEqualTo(404);
    }

    @Test
    void onlyAdministratorsMakeThem() {
        String id = "/" + create().webhook().id();
        for (Role role : List.of(Role.VIEWER, Role.OPERATOR)) {
            String key = server.key(role);
            assertThat(server.send("POST", ALL, "{\"task\":\"orders\"}", key).status())
                    .isEqualTo(403);
            assertThat(server.send("POST", ALL + id + "/rotate", null, key).status())
                    .isEqualTo(403);
            assertThat(server.send("DELETE", ALL + id, null, key).status()).isEqualTo(403);
            assertThat(server.send("GET", ALL + id, null, key).status()).isEqualTo(200);
        }
        assertThat(server.send("POST", ALL + id + "/disable", null, server.key(Role.VIEWER))
                        .status())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | 400 | task",
                "{'task':7} | 400 | task",
                "{'task':'none'} | 422 | task",
                "{'task':'orders','secret':'x'} | 400 | secret",
                "{'task':'orders','options':{'tolerance':'PT0S'}} | 400 | options",
                "{'task':'orders','options':{'name':' '}} | 400 | options",
                "{'task':'orders','options':{'filter':{'type':[]}}} | 400 | options",
                "{'task':'orders','options':{'secret':'whsec_AAAA'}} | 400 | options.secret"
            })
    void whatIsNoWebhookIsRefusedAndMakesNone(String body, int status, String param) {
        int before = server.errand().webhooks().list().size();
        Reply reply = ask("POST", "", body);
        assertThat(reply.status()).as(reply.body()).isEqualTo(status);
        assertThat(reply.at("param")).isEqualTo(param);
        assertThat(server.errand().webhooks().list()).hasSize(before);
    }

    @Test
    void whatIsNotThereIsNotFoundAndABadOverlapIsRefused() {
        String none = "/webhook_00000000000000000000000000";
        for (String path : List.of("/rotate", "/enable", "/disable")) {
            assertThat(ask("POST", none + path, null).status()).as(path).isEqualTo(404);
        }
        assertThat(ask("GET", none, null).status()).isEqualTo(404);
        assertThat(ask("GET", none + "/deliveries", null).status()).isEqualTo(404);
        String one = "/" + create().webhook().id();
        for (String overlap : List.of("soon", "366d", "PT-1S")) {
            assertThat(ask("POST", one + "/rotate", "{'overlap':'" + overlap + "'}")
                            .at("param"))
                    .as(overlap)
                    .isEqualTo("overlap");
        }
        assertThat(ask("POST", one + "/rotate", "{'secret':'x'}").at("param")).isEqualTo("secret");
    }

    @Test
    void withoutALastingSecretNoneIsMade() throws IOException {
        try (ErrandServer forgetful =
                ErrandServer.start(server.errand(), ServerSettings.standard().port(0))) {
            Reply reply = TestServer.send(HttpRequest.newBuilder(URI.create(forgetful.uri() + ALL))
                    .header("authorization", "Bearer " + admin)
                    .POST(BodyPublishers.ofString("{\"task\":\"orders\"}")));
            assertThat(reply.status()).isEqualTo(422);
            assertThat(reply.error()).contains("ERRAND_SECRET");
        }
    }
}

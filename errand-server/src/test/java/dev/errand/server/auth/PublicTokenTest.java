package dev.errand.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.NewApiKey;
import dev.errand.Role;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.server.Reply;
import dev.errand.server.ServerSettings;
import dev.errand.server.TestServer;
import dev.errand.server.TestToken;
import dev.errand.server.call.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that owners of keys give away, signed by themselves or by the server. */
@Tag(TestServer.STORES)
class PublicTokenTest {
    private static final String SECRET = "correct horse battery staple, and more";
    private static final String TRIGGER = "/api/v1/tasks/echo/trigger";
    private static final String TOKENS = "/api/v1/auth/public-tokens";
    private static final String CLAIMS = "/api/v1/auth/jwt/claims";

    @AutoClose
    private static final TestServer server = TestServer.open(
            ServerSettings.standard().secret(SECRET),
            Task.named("echo", Json.class, Json.class).run((payload, run) -> payload),
            Task.named("other", Json.class, Json.class).run((payload, run) -> payload));

    private static final NewApiKey operator = signing(Role.OPERATOR);

    private static NewApiKey signing(Role role) {
        return server.errand()
                .apiKeys()
                .createOwnerSigning("front end", role, new SigningKeys(Secret.of(SECRET))::seal);
    }

    private static Instant now() {
        return server.errand().now();
    }

    private static TestToken token(String... scopes) {
        return TestToken.of(operator.key().id(), now(), scopes);
    }

    private static String signed(String... scopes) {
        return token(scopes).signed(operator.secret());
    }

    private static Reply get(String path, String token) {
        return server.send("GET", path, null, token);
    }

    private static Reply post(String path, @Nullable String body, String token) {
        return server.send("POST", path, body, token);
    }

    private static String run(String... tags) {
        Reply reply = server.post(TRIGGER, "{\"options\":{\"tags\":[\"" + String.join("\",\"", tags) + "\"]}}");
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return reply.at("id");
    }

    private static int reading(String run, String... scopes) {
        return get("/api/v3/runs/" + run, signed(scopes)).status();
    }

    // ── what a token has to say

    @Test
    void whoSignsTokensIsToldWhatTheyHaveToSay() {
        Reply reply = post(CLAIMS, null, operator.secret());
        assertThat(reply.body())
                .isEqualTo(
                        "{\"sub\":\"%s\",\"pub\":true}".formatted(operator.key().id()));
        assertThat(post(CLAIMS, null, signing(Role.VIEWER).secret()).status()).isEqualTo(200);
    }

    @Test
    void whoseSignatureNobodyCouldCheckIsToldSoAtOnce() {
        Reply plain = post(CLAIMS, null, server.key(Role.OPERATOR));
        assertThat(plain.status()).isEqualTo(422);
        assertThat(plain.error()).contains("cannot be checked");
        NewApiKey elsewhere = server.errand()
                .apiKeys()
                .createOwnerSigning("elsewhere", Role.OPERATOR, new SigningKeys(Secret.of(SECRET + "!"))::seal);
        assertThat(post(CLAIMS, null, elsewhere.secret()).error()).contains("another secret");
        String foreign = TestToken.of(elsewhere.key().id(), now(), "read").signed(elsewhere.secret());
        assertThat(get("/api/v3/runs/" + run("a"), foreign).status()).isEqualTo(401);
    }

    // ── what it allows

    @Test
    void aRunIsReadByWhoMayReadItOrItsTaskOrOneOfItsTags() {
        String run = run("user:1", "order");
        for (String scope : List.of(
                "read:runs:" + run,
                "read:runs",
                "read",
                "read:tasks:echo",
                "read:tags:user:1",
                "read:tags:order",
                "admin")) {
            assertThat(reading(run, scope)).as(scope).isEqualTo(200);
        }
        for (String scope : List.of(
                "read:runs:" + run("x"),
                "read:tasks:other",
                "read:tags:user",
                "read:tags:1",
                "write:runs:" + run,
                "trigger")) {
            assertThat(reading(run, scope)).as(scope).isEqualTo(403);
        }
        assertThat(reading(run)).as("no scope").isEqualTo(403);
    }

    @Test
    void toTriggerAndToCancelTakeTheirOwnScopes() {
        assertThat(post(TRIGGER, "{}", signed("trigger:tasks:echo")).status()).isEqualTo(200);
        Reply refused = post(TRIGGER, "{}", signed("trigger:tasks:other", "read", "write"));
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.error()).isEqualTo("This takes the permission trigger:tasks:echo");
        String run = server.errand()
                .trigger("echo", Json.NULL, TriggerOptions.none().after(Duration.ofDays(1)))
                .id()
                .toString();
        String cancel = "/api/v2/runs/" + run + "/cancel";
        assertThat(post(cancel, null, signed("read:runs:" + run)).status()).isEqualTo(403);
        assertThat(get("/api/v3/runs/" + run, signed("read")).at("status")).isEqualTo("DELAYED");
        assertThat(post(cancel, null, signed("write:runs:" + run)).status()).isEqualTo(200);
        assertThat(get("/api/v3/runs/" + run, signed("read")).at("status")).isEqualTo("CANCELED");
        String reset = "/api/v1/idempotencyKeys/k/reset";
        assertThat(post(reset, "{\"taskIdentifier\":\"echo\"}", signed("write:runs:run_1"))
                        .status())
                .isEqualTo(403);
        assertThat(post(reset, "{\"taskIdentifier\":\"echo\"}", signed("write:runs"))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void noTokenAllowsMoreThanItsKey() {
        NewApiKey viewer = signing(Role.VIEWER);
        String token = TestToken.of(viewer.key().id(), now(), "admin").signed(viewer.secret());
        assertThat(get("/api/v3/runs/" + run("a"), token).status()).isEqualTo(200);
        assertThat(post(TRIGGER, "{}", token).status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/v1/runs",
                "POST /api/v1/runs/run_1/replay",
                "POST /api/v1/auth/jwt/claims",
                "POST /api/v1/auth/public-tokens",
                "GET /api/errand/v1/keys",
                "POST /api/errand/v1/keys"
            })
    void elsewhereItIsNotTaken(String route) {
        String[] parts = route.split(" ", -1);
        NewApiKey admin = signing(Role.ADMIN);
        String token = TestToken.of(admin.key().id(), now(), "admin").signed(admin.secret());
        Reply reply = server.send(parts[0], parts[1], "{}", token);
        assertThat(reply.status()).as(reply.body()).isEqualTo(401);
        assertThat(reply.error()).isEqualTo("A token is not taken here, but a key");
    }

    // ── what is refused

    @Test
    void whatIsForgedForeignOrOverIs401() {
        String path = "/api/v3/runs/" + run("a");
        String good = signed("read");
        assertThat(get(path, good).status()).isEqualTo(200);
        String other = server.key(Role.ADMIN);
        for (String token : List.of(
                token("read").signed(other),
                token("read").signed(operator.key().id()),
                token("read").with("sub", "key_" + "0".repeat(16)).signed(operator.secret()),
                token("read").with("sub", "developer").signed(operator.secret()),
                token("read").with("sub", null).signed(operator.secret()),
                token("read").with("pub", null).signed(operator.secret()),
                token("read").with("aud", "others").signed(operator.secret()),
                token("read").with("exp", now().getEpochSecond()).signed(operator.secret()),
                token("read").signed("{\"alg\":\"none\"}", operator.secret(), "HmacSHA256"),
                token("read").signed("{\"alg\":\"HS512\"}", operator.secret(), "HmacSHA512"),
                good.substring(0, good.lastIndexOf('.') + 1),
                good.substring(0, good.length() - 2),
                good + ".",
                "a.b.c")) {
            Reply reply = get(path, token);
            assertThat(reply.status()).as(token).isEqualTo(401);
            assertThat(reply.header("www-authenticate")).isEqualTo("Bearer");
            assertThat(post(TRIGGER, "{}", token).status()).as(token).isEqualTo(401);
        }
        assertThat(get(path, token("read").with("exp", 1).signed(operator.secret()))
                        .error())
                .isEqualTo("This token has expired");
    }

    @Test
    void aTokenEndsWithItsTimeAndWithItsKey() {
        NewApiKey key = signing(Role.OPERATOR);
        String path = "/api/v3/runs/" + run("a");
        String token = TestToken.of(key.key().id(), now(), "read").signed(key.secret());
        String given = post(TOKENS, "{\"scopes\":[\"read\"]}", key.secret()).at("token");
        assertThat(get(path, token).status()).isEqualTo(200);
        assertThat(get(path, given).status()).isEqualTo(200);
        server.errand().apiKeys().revoke(key.key().id());
        assertThat(get(path, token).status()).isEqualTo(401);
        assertThat(get(path, given).status()).isEqualTo(401);
        String later = signed("read");
        server.test().clock().advance(Duration.ofMinutes(15));
        assertThat(get(path, later).status()).isEqualTo(401);
    }

    // ── tokens of the server's

    @Test
    void whoTriggersGetsATokenToReadTheRun() {
        for (String key : List.of(server.key(Role.OPERATOR), operator.secret(), signed("trigger:tasks:echo"))) {
            Reply reply = post(TRIGGER, "{}", key);
            String run = reply.at("id");
            String token = reply.header("x-trigger-jwt");
            assertThat(get("/api/v3/runs/" + run, token).status()).isEqualTo(200);
            assertThat(get("/api/v3/runs/" + run("a"), token).status()).isEqualTo(403);
            assertThat(post("/api/v2/runs/" + run + "/cancel", null, token).status())
                    .isEqualTo(403);
            assertThat(TestToken.claims(token).get("scopes").toString()).isEqualTo("[\"read:runs:" + run + "\"]");
            assertThat(TestToken.claims(token).get("exp").longValue())
                    .isEqualTo(now().plus(Duration.ofHours(1)).getEpochSecond());
        }
        Reply reply = post(TRIGGER, "{}", operator.secret());
        assertThat(reply.header("x-trigger-jwt-claims"))
                .isEqualTo(
                        "{\"sub\":\"%s\",\"pub\":true}".formatted(operator.key().id()));
        assertThat(TestToken.claims(reply.header("x-trigger-jwt")).get("sub").stringValue())
                .isEqualTo(operator.key().id());
        assertThat(post("/api/v1/tasks/none/trigger", "{}", operator.secret()).header("x-trigger-jwt"))
                .isEmpty();
    }

    @Test
    void theServerSignsWhatItIsAskedFor() {
        NewApiKey key = server.errand().apiKeys().createServerSigning("page", Role.OPERATOR);
        assertThat(key.secret()).matches("tr_dev_sk_[0-9A-Za-z]{24}");
        String run = run("a");
        Reply reply = post(
                TOKENS,
                "{'scopes':['read:runs:%s'],'expirationTime':'2h','oneTimeUse':true,'realtime':{'skipColumns':['payload']}}"
                        .formatted(run)
                        .replace('\'', '"'),
                key.secret());
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        String token = reply.at("token");
        assertThat(get("/api/v3/runs/" + run, token).status()).isEqualTo(200);
        assertThat(get("/api/v3/runs/" + run("b"), token).status()).isEqualTo(403);
        assertThat(TestToken.claims(token).get("exp").longValue())
                .isEqualTo(now().plus(Duration.ofHours(2)).getEpochSecond());
        assertThat(TestToken.claims(token).get("otu").booleanValue()).isTrue();
        assertThat(TestToken.claims(token).get("realtime").toString()).isEqualTo("{\"skipColumns\":[\"payload\"]}");
        String plain =
                post(TOKENS, "{\"scopes\":[\"read\"]}", server.key(Role.VIEWER)).at("token");
        assertThat(TestToken.claims(plain).get("exp").longValue())
                .as("a quarter of an hour")
                .isEqualTo(now().plusSeconds(900).getEpochSecond());
        assertThat(TestToken.claims(plain).has("otu")).isFalse();
    }

    @Test
    void itSignsNoMoreThanTheKeyMay() {
        Reply reply = post(
                TOKENS, "{\"scopes\":[\"read:runs\",\"write:runs\",\"trigger\",\"admin\"]}", server.key(Role.VIEWER));
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.at("code")).isEqualTo("scopes_exceed_key_access");
        assertThat(reply.at("deniedScopes")).isEqualTo("[\"write:runs\",\"trigger\",\"admin\"]");
        assertThat(post(TOKENS, "{\"scopes\":[\"admin\"]}", server.key(Role.OPERATOR))
                        .status())
                .isEqualTo(403);
        assertThat(post(TOKENS, "{\"scopes\":[\"admin\"]}", server.key(Role.ADMIN))
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'scopes':[]}",
                "{'scopes':'read'}",
                "{'scopes':[1]}",
                "{'scopes':['']}",
                "{'scopes':{'read':true}}",
                "{'scopes':['read'],'expirationTime':'soon'}",
                "{'scopes':['read'],'expirationTime':'-5m'}",
                "{'scopes':['read'],'expirationTime':'5m ago'}",
                "{'scopes':['read'],'expirationTime':'31d'}",
                "{'scopes':['read'],'expirationTime':'0s'}",
                "{'scopes':['read'],'expirationTime':1}",
                "{'scopes':['read'],'expirationTime':1e300}",
                "{'scopes':['read'],'expirationTime':true}",
                "{'scopes':['read'],'oneTimeUse':'yes'}",
                "{'scopes':['read'],'realtime':[]}",
                "{'scopes':['read'],'realtime':{'skipColumns':'payload'}}",
                "not json"
            })
    void whatIsNoTokenToSignIs400(String body) {
        Reply reply = post(TOKENS, body.replace('\'', '"'), operator.secret());
        assertThat(reply.status()).as(reply.body()).isEqualTo(400);
        assertThat(reply.error()).isNotEmpty();
    }
}

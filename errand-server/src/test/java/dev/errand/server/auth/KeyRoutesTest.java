package dev.errand.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Role;
import dev.errand.server.ErrandServer;
import dev.errand.server.RawConnection;
import dev.errand.server.Reply;
import dev.errand.server.ServerSettings;
import dev.errand.server.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag(TestServer.STORES)
class KeyRoutesTest {
    private static final String KEYS = "/api/errand/v1/keys";

    @AutoClose
    private static final TestServer server =
            TestServer.open(ServerSettings.standard().secret("correct horse battery staple, and more"));

    private static final String admin = server.key(Role.ADMIN);

    private static Reply create(String body) {
        return server.send("POST", KEYS, body.replace('\'', '"'), admin);
    }

    @Test
    void aKeyIsMadeShownOnceListedAndRevoked() {
        Reply made = create("{'name':'nightly','role':'operator'}");
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        String secret = made.at("secret");
        String id = made.at("id");
        assertThat(secret).matches("tr_dev_[0-9A-Za-z]{32}");
        assertThat(made.at("role")).isEqualTo("operator");
        assertThat(made.at("signing")).isEqualTo("none");
        assertThat(made.header("cache-control")).isEqualTo("no-store");
        assertThat(server.send("GET", "/api/v1/runs", null, secret).status()).isEqualTo(200);
        Reply list = server.send("GET", KEYS, null, admin);
        assertThat(list.status()).isEqualTo(200);
        assertThat(list.body())
                .contains(id, "\"name\":\"nightly\"", secret.substring(0, 11))
                .doesNotContain(secret, "null");
        Reply revoked = server.send("DELETE", KEYS + "/" + id, null, admin);
        assertThat(revoked.body()).isEqualTo("{\"id\":\"%s\"}".formatted(id));
        assertThat(server.send("GET", "/api/v1/runs", null, secret).status()).isEqualTo(401);
        assertThat(server.send("GET", KEYS, null, admin).body()).contains("\"revokedAt\":");
        assertThat(server.send("DELETE", KEYS + "/" + id, null, admin).status())
                .as("again")
                .isEqualTo(200);
    }

    @Test
    void aKeyMaySignOrHaveTheServerSign() {
        Reply asked = create("{'name':'page','role':'viewer','signing':'server'}");
        assertThat(asked.at("secret")).matches("tr_dev_sk_[0-9A-Za-z]{24}");
        assertThat(asked.at("start")).matches("tr_dev_sk_[0-9A-Za-z]{4}");
        Reply owner = create("{'name':'front end','role':'viewer','signing':'owner'}");
        assertThat(owner.at("secret")).matches("tr_dev_[0-9A-Za-z]{32}");
        String claims = server.send("POST", "/api/v1/auth/jwt/claims", null, owner.at("secret"))
                .at("sub");
        assertThat(claims).isEqualTo(owner.at("id"));
        Reply list = server.send("GET", KEYS, null, admin);
        assertThat(list.body())
                .contains("\"signing\":\"owner\"", "\"signing\":\"server\"")
                .doesNotContain("sealed");
    }

    @Test
    void onlyAdministratorsMay() {
        for (Role role : List.of(Role.VIEWER, Role.OPERATOR)) {
            String key = server.key(role);
            assertThat(server.send("GET", KEYS, null, key).status()).isEqualTo(403);
            assertThat(server.send("POST", KEYS, "{\"name\":\"x\",\"role\":\"viewer\"}", key)
                            .status())
                    .isEqualTo(403);
            assertThat(server.send("DELETE", KEYS + "/key_1", null, key).status())
                    .isEqualTo(403);
        }
        assertThat(server.send("GET", KEYS, null, null).status()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'name':'x'}",
                "{'role':'viewer'}",
                "{'name':' ','role':'viewer'}",
                "{'name':'a\\u0000b','role':'viewer'}",
                "{'name':7,'role':'viewer'}",
                "{'name':'x','role':'root'}",
                "{'name':'x','role':'VIEWER'}",
                "{'name':'x','role':'viewer','signing':'me'}",
                "{'name':'x','role':'viewer','tasks':[]}",
                "[]"
            })
    void whatIsNoKeyIs400AndMakesNone(String body) {
        int before = server.errand().apiKeys().list().size();
        Reply reply = create(body);
        assertThat(reply.status()).as(reply.body()).isEqualTo(400);
        assertThat(reply.error()).isNotEmpty();
        assertThat(server.errand().apiKeys().list()).hasSize(before);
    }

    @Test
    void aNameThatIsTooLongIs400() {
        assertThat(create("{'name':'" + "x".repeat(129) + "','role':'viewer'}").at("param"))
                .isEqualTo("name");
    }

    @Test
    void whatIsNoKeyCannotBeRevoked() throws IOException {
        for (String id : List.of("key_none", "a%2Fb", "%F0%9F%98%80")) {
            assertThat(server.send("DELETE", KEYS + "/" + id, null, admin).status())
                    .as(id)
                    .isEqualTo(404);
        }
        String bearer = "Authorization: Bearer " + admin;
        assertThat(RawConnection.say(server.uri(), "DELETE " + KEYS + "/%00 HTTP/1.1", "Host: x", bearer))
                .startsWith("HTTP/1.1 400")
                .containsIgnoringCase("connection: close");
    }

    @Test
    void withoutALastingSecretNothingIsSealed() throws IOException {
        int before = server.errand().apiKeys().list().size();
        try (ErrandServer forgetful =
                ErrandServer.start(server.errand(), ServerSettings.standard().port(0))) {
            Reply reply = TestServer.send(HttpRequest.newBuilder(URI.create(forgetful.uri() + KEYS))
                    .header("authorization", "Bearer " + admin)
                    .POST(BodyPublishers.ofString("{\"name\":\"x\",\"role\":\"viewer\",\"signing\":\"owner\"}")));
            assertThat(reply.status()).isEqualTo(422);
            assertThat(reply.at("param")).isEqualTo("signing");
        }
        assertThat(server.errand().apiKeys().list()).hasSize(before);
    }
}

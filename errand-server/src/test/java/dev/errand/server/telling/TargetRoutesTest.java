package dev.errand.server.telling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Role;
import dev.errand.server.Reply;
import dev.errand.server.ServerSettings;
import dev.errand.server.TestServer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Webhook targets, made and changed over HTTP. */
@Tag(TestServer.STORES)
class TargetRoutesTest {
    private static final String ALL = "/api/errand/v1/webhook-targets";
    private static final String GOOD = "{'url':'https://example.org/hook','filter':{'types':['run.failed']}}";

    @AutoClose
    private static final TestServer server =
            TestServer.open(ServerSettings.standard().secret("correct horse battery staple, and more"));

    private static final String admin = server.key(Role.ADMIN);

    private static Reply ask(String method, String path, String body) {
        return server.send(method, ALL + path, body.replace('\'', '"'), admin);
    }

    private static Reply create(String body) {
        return ask("POST", "", body);
    }

    @Test
    void aTargetIsMadeItsSecretShownOnceChangedStoppedAndRemoved() {
        Reply made = create(
                "{'url':'https://example.org/hook','filter':{'types':['run.failed'],'tasks':['import'],'tags':['big']}}");
        assertThat(made.status()).as(made.body()).isEqualTo(200);
        String secret = made.at("secret");
        assertThat(secret).matches("whsec_[0-9A-Za-z+/]{43}=");
        String id = made.at("target.id");
        assertThat(id).matches("wht_[0-9A-Za-z]{16}");
        Reply list = ask("GET", "", "");
        assertThat(list.body()).contains(id, "https://example.org/hook").doesNotContain(secret);
        assertThat(ask("GET", "/" + id, "").at("filter.tags.0")).isEqualTo("big");

        Reply changed = ask("PUT", "/" + id, "{'url':'http://example.org/','filter':{'types':['*']}}");
        assertThat(changed.status()).as(changed.body()).isEqualTo(200);
        assertThat(ask("GET", "/" + id, "").at("url")).isEqualTo("http://example.org/");
        assertThat(ask("GET", "/" + id, "").at("filter.types.0")).isEqualTo("*");

        Reply rotated = ask("POST", "/" + id + "/rotate", "{'overlap':'1h'}");
        assertThat(rotated.at("secret")).startsWith("whsec_").isNotEqualTo(secret);

        assertThat(ask("POST", "/" + id + "/disable", "{'reason':'too loud'}").at("health.disabledFor"))
                .isEqualTo("too loud");
        assertThat(ask("POST", "/" + id + "/enable", "{}").at("health.disabledAt"))
                .isEmpty();
        assertThat(ask("DELETE", "/" + id, "").at("removed")).isEqualTo("true");
        assertThat(ask("DELETE", "/" + id, "").at("removed")).isEqualTo("false");
        assertThat(ask("GET", "/" + id, "").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{} | url",
                "{'url':'https://example.org'} | filter",
                "{'url':'https://example.org','filter':{}} | filter",
                "{'url':'https://example.org','filter':{'types':[]}} | filter",
                "{'url':'https://example.org','filter':{'types':['']}} | filter",
                "{'url':'https://example.org','filter':'all'} | filter",
                "{'url':'https://example.org','filter':{'types':['*']},'secret':'x'} | secret",
                "{'url':7,'filter':{'types':['*']}} | url",
                "{'url':'example.org','filter':{'types':['*']}} | url",
                "{'url':'ftp://example.org','filter':{'types':['*']}} | url",
                "{'url':'https://','filter':{'types':['*']}} | url",
                "{'url':'https://u:p@example.org','filter':{'types':['*']}} | url",
                "{'url':'https://example.org/#x','filter':{'types':['*']}} | url",
                "{'url':'http://exa mple.org','filter':{'types':['*']}} | url",
            })
    void whatIsNoTargetIsRefusedAndNamed(String body, String param) {
        Reply reply = create(body);
        assertThat(reply.status()).as(reply.body()).isEqualTo(400);
        assertThat(reply.at("param")).isEqualTo(param);
    }

    @ParameterizedTest
    @CsvSource({"GET,''", "PUT,''", "POST,/rotate", "POST,/disable", "POST,/enable"})
    void whereThereIsNoneThatIsSaid(String method, String what) {
        for (String id : new String[] {"/wht_0123456789abcdef", "/nothing"}) {
            String body = method.equals("PUT") ? GOOD : "{}";
            assertThat(ask(method, id + what, body).status()).as(id).isEqualTo(404);
        }
    }

    @Test
    void onlyAdministratorsHaveThingsTold() {
        String operator = server.key(Role.OPERATOR);
        String viewer = server.key(Role.VIEWER);
        String body = GOOD.replace('\'', '"');
        assertThat(server.send("POST", ALL, body, operator).status()).isEqualTo(403);
        assertThat(server.send("GET", ALL, null, operator).status()).isEqualTo(200);
        assertThat(server.send("GET", ALL, null, viewer).status()).isEqualTo(403);
    }

    @Test
    void aServerWhoseSecretDoesNotLastSealsNothing() {
        try (TestServer fleeting = TestServer.open()) {
            Reply reply = fleeting.send("POST", ALL, GOOD.replace('\'', '"'), fleeting.key(Role.ADMIN));
            assertThat(reply.status()).isEqualTo(422);
            assertThat(reply.error()).contains("ERRAND_SECRET");
        }
    }
}

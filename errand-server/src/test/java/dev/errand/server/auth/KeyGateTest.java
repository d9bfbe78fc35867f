package dev.errand.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.ApiKey;
import dev.errand.ApiKeys;
import dev.errand.Json;
import dev.errand.NewApiKey;
import dev.errand.Role;
import dev.errand.Task;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag(TestServer.STORES)
class KeyGateTest {
    private static final String LIST = "/api/v1/runs";
    private static final String TRIGGER = "/api/v1/tasks/echo/trigger";

    @AutoClose
    private static final TestServer server =
            TestServer.open(Task.named("echo", Json.class, Json.class).run((payload, run) -> payload));

    private final ApiKeys keys = server.errand().apiKeys();

    private static int get(String key) {
        return server.send("GET", LIST, null, key).status();
    }

    private ApiKey stored(NewApiKey made) {
        return keys.list().stream()
                .filter(key -> key.id().equals(made.key().id()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void withoutAKeyOfTheStoreNothingIsSaid() {
        for (String key : List.of(
                "",
                "tr_dev_",
                "tr_dev_" + "a".repeat(32),
                "tr_dev_sk_" + "b".repeat(24),
                "tr_dev_" + "a".repeat(5_000),
                "ü",
                "key_x")) {
            Reply reply = server.send("GET", LIST, null, key);
            assertThat(reply.status()).as(key).isEqualTo(401);
            assertThat(reply.error()).isEqualTo("Invalid or Missing API Key");
        }
        assertThat(server.send("GET", LIST, null, null).header("www-authenticate"))
                .isEqualTo("Bearer");
        assertThat(server.send("POST", TRIGGER, "not json", null).status())
                .as("before all else")
                .isEqualTo(401);
    }

    @Test
    void aViewerLooksAndAnOperatorActs() {
        String viewer = server.key(Role.VIEWER);
        assertThat(get(viewer)).isEqualTo(200);
        Reply refused = server.send("POST", TRIGGER, "{}", viewer);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.error()).isEqualTo("This takes the role operator; this key has the role viewer");
        for (Role role : List.of(Role.OPERATOR, Role.ADMIN)) {
            assertThat(server.send("POST", TRIGGER, "{}", server.key(role)).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aSecretIsShownOnceAndKeptNowhere() {
        NewApiKey made = keys.create("nightly", Role.ADMIN);
        assertThat(made.secret()).matches("tr_dev_[0-9A-Za-z]{32}").doesNotStartWith("tr_dev_sk_");
        assertThat(made.toString()).doesNotContain(made.secret());
        assertThat(stored(made)).isEqualTo(made.key());
        assertThat(made.secret()).startsWith(stored(made).start());
        assertThat(stored(made).toString()).doesNotContain(made.secret());
    }

    @Test
    void theLastUseIsKeptToTheMinute() {
        NewApiKey made = keys.create("used", Role.VIEWER);
        assertThat(stored(made).lastUsedAt()).isNull();
        get(made.secret());
        assertThat(stored(made).lastUsedAt()).isEqualTo(server.errand().now());
    }

    @Test
    void aKeyThatIsRevokedOpensNothing() {
        NewApiKey made = keys.create("leaked", Role.ADMIN);
        assertThat(get(made.secret())).isEqualTo(200);
        server.test().clock().advance(Duration.ofHours(1));
        assertThat(keys.revoke(made.key().id())).isTrue();
        assertThat(get(made.secret())).isEqualTo(401);
        assertThat(stored(made).revokedAt()).isEqualTo(server.errand().now());
        assertThat(keys.revoke("key_none")).isFalse();
    }

    @Test
    void nobodyNeedsAKeyToAskForHealth() {
        assertThat(server.send("GET", "/health/live", null, null).status()).isEqualTo(200);
    }
}

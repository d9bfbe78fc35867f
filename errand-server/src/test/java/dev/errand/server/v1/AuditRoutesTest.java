package dev.errand.server.v1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.AuditEntry;
import dev.errand.Json;
import dev.errand.NewApiKey;
import dev.errand.Page;
import dev.errand.Role;
import dev.errand.RunId;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.TypeRef;
import dev.errand.json.ApiJson;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who changed what is told to administrators, and to them only. */
@Tag(TestServer.STORES)
class AuditRoutesTest {
    @AutoClose
    private static final TestServer server =
            TestServer.open(Task.named("echo", Json.class, Json.class).run((payload, run) -> payload));

    private final String admin = server.key(Role.ADMIN);

    private RunId delayed() {
        return server.errand()
                .trigger("echo", null, TriggerOptions.none().after(Duration.ofHours(1)))
                .id();
    }

    private Page<AuditEntry> audit(String query) {
        Reply reply = server.send("GET", Question.BASE + "/audit" + query, null, admin);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return ApiJson.read(reply.body().getBytes(StandardCharsets.UTF_8), new TypeRef<Page<AuditEntry>>() {});
    }

    @Test
    void aChangeIsKeptWithWhoMadeItAndToWhat() {
        NewApiKey made = server.errand().apiKeys().create("nightly", Role.OPERATOR);
        RunId run = delayed();
        assertThat(server.send("POST", Question.BASE + "/runs/" + run + "/cancel", "{}", made.secret())
                        .status())
                .isEqualTo(200);
        assertThat(audit("?limit=1").items()).singleElement().satisfies(entry -> {
            assertThat(entry.who()).isEqualTo("nightly");
            assertThat(entry.key()).isEqualTo(made.key().id());
            assertThat(entry.role()).isEqualTo(Role.OPERATOR);
            assertThat(entry.token()).isFalse();
            assertThat(entry.action()).isEqualTo("POST /api/errand/v1/runs/{run}/cancel");
            assertThat(entry.subject()).isEqualTo(Map.of("run", run.toString()));
            assertThat(entry.from()).isEqualTo("127.0.0.1");
            assertThat(entry.at()).isEqualTo(server.errand().now());
        });
    }

    @Test
    void entriesComeInPagesAndByKey() {
        String secret = server.key(Role.OPERATOR);
        List<RunId> runs = List.of(delayed(), delayed(), delayed());
        runs.forEach(run -> server.send("POST", "/api/v2/runs/" + run + "/cancel", null, secret));
        Page<AuditEntry> page = audit("?limit=2");
        String key = page.items().getFirst().key();
        assertThat(page.items())
                .extracting(AuditEntry::subject)
                .extracting(Map::toString)
                .containsExactly("{run=" + runs.get(2) + "}", "{run=" + runs.get(1) + "}");
        assertThat(audit("?limit=2&cursor=" + page.next().orElseThrow())
                        .items()
                        .getFirst()
                        .subject())
                .isEqualTo(Map.of("run", runs.get(0).toString()));
        assertThat(audit("?key=" + key).items()).hasSize(3);
        assertThat(audit("?until=2000-01-01T00:00:00Z").items()).isEmpty();
    }

    @Test
    void whatWasRefusedAndWhatOnlyLooksIsNotInIt() {
        int before = audit("").items().size();
        server.send("POST", "/api/v2/runs/run_x/cancel", null, admin);
        server.send("GET", Question.BASE + "/runs", null, admin);
        server.send("POST", Question.BASE + "/tasks/echo/runs", "{}", admin);
        assertThat(audit("").items()).hasSize(before);
    }

    @Test
    void onlyAdministratorsReadIt() {
        assertThat(server.get(Question.BASE + "/audit").status()).isEqualTo(403);
        assertThat(server.send("GET", Question.BASE + "/audit?colour=red", null, admin)
                        .error())
                .contains("colour");
        assertThat(server.send("GET", Question.BASE + "/audit?from=yesterday", null, admin)
                        .status())
                .isEqualTo(400);
    }
}

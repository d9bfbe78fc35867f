package dev.errand.server.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.NewWebhook;
import dev.errand.Role;
import dev.errand.RunId;
import dev.errand.Task;
import dev.errand.WebhookOptions;
import dev.errand.server.ErrandServer;
import dev.errand.server.ServerSettings;
import dev.errand.server.call.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What docs/webhooks.md shows. */
class WebhooksPageTest {
    private static final String SECRET = "correct horse battery staple, and more";
    private static final Task<Json, Json> ORDERS =
            Task.named("orders", Json.class, Json.class).run((payload, run) -> payload);

    private static List<String> examples(String language) throws IOException {
        return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../docs/webhooks.md")))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static NewWebhook make(Errand errand, String serverSecret) {
        WebhookSecrets secrets = new WebhookSecrets(Secret.of(serverSecret));
        WebhookOptions options = WebhookOptions.none().name("shop").only("type", "order.*");
        NewWebhook made = errand.webhooks().create("orders", options, secrets::seal);
        return made;
    }

    private static String dense(String text) {
        return text.replaceAll("\\s+", "");
    }

    /** What a shell prints. */
    private static JsonNode shell(String script, Map<String, String> environment) throws Exception {
        ProcessBuilder shell = new ProcessBuilder("sh", "-e", "-c", script).redirectErrorStream(true);
        shell.environment().putAll(environment);
        Process process = shell.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return new JsonMapper().readTree(said);
    }

    private static boolean isThere(String program) throws Exception {
        return new ProcessBuilder("sh", "-c", "command -v " + program).start().waitFor() == 0;
    }

    @Test
    void theJavaIsWhatIsTested() throws IOException {
        String source = Files.readString(Path.of("src/test/java/dev/errand/server/webhook/WebhooksPageTest.java"));
        assertThat(examples("java"))
                .hasSize(1)
                .allSatisfy(example -> assertThat(dense(source)).contains(dense(example)));
        try (Errand errand = Errand.open("jdbc:sqlite::memory:", ORDERS)) {
            assertThat(make(errand, SECRET).webhook().name()).isEqualTo("shop");
        }
    }

    @Test
    void theShellMakesAWebhookAndDeliversToIt() throws Exception {
        assumeThat(isThere("curl") && isThere("openssl"))
                .as("curl and openssl are here")
                .isTrue();
        List<String> scripts = examples("sh");
        try (Errand errand = Errand.open("jdbc:sqlite::memory:", ORDERS);
                ErrandServer server = ErrandServer.start(
                        errand, ServerSettings.standard().port(0).secret(SECRET))) {
            String key = errand.apiKeys().create("shell", Role.ADMIN).secret();
            String address = server.uri().toString();
            JsonNode made = shell(scripts.get(0).replace("localhost:7070", address), Map.of("KEY", key));
            JsonNode taken = shell(
                    scripts.get(1),
                    Map.of(
                            "SECRET", made.get("secret").stringValue(),
                            "URL", made.get("url").stringValue()));
            RunId run = RunId.of(taken.get("id").stringValue());
            assertThat(errand.run(run).await(Duration.ofSeconds(60)).text()).contains("order.placed");
        }
    }
}

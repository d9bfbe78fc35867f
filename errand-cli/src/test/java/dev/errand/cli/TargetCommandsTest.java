package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.NewWebhookTarget;
import dev.errand.WebhookFilter;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Webhook targets on the command line. */
@Tag(TestStore.ON_BOTH)
class TargetCommandsTest {
    @TempDir
    Path folder;

    private Cli cli = new Cli(Path.of(""));
    private String id = "";

    @BeforeEach
    void makeTarget() {
        cli = new Cli(folder);
        try (Errand errand = Errand.builder().store(cli.store()).concurrency(0).open()) {
            NewWebhookTarget made = errand.webhookTargets()
                    .create(
                            URI.create("https://example.org/hook"),
                            WebhookFilter.of("run.failed").withTasks("import"),
                            secret -> "sealed");
            id = made.target().id();
        }
    }

    @Test
    void targetsAreListedDisabledEnabledAndRemoved() {
        assertThat(cli.call("webhooks", "targets", "list").out())
                .containsPattern(id + " +https://example.org/hook +run.failed +import +never");
        assertThat(cli.call("webhooks", "targets", "disable", id, "--reason", "too loud")
                        .line())
                .isEqualTo("disabled");
        JsonNode health =
                cli.call("webhooks", "targets", "list", "--json").json().get(0).get("health");
        assertThat(health.get("disabledFor").stringValue()).isEqualTo("too loud");
        assertThat(cli.call("webhooks", "targets", "enable", id).line()).isEqualTo("enabled");
        assertThat(cli.call("webhooks", "targets", "remove", id, "--json")
                        .json()
                        .get("removed")
                        .booleanValue())
                .isTrue();
        assertThat(cli.call("webhooks", "targets", "list", "--json").json()).isEmpty();
    }

    @Test
    void whereThereIsNoneOrNoSecretThatIsSaidInALine() {
        for (String command : new String[] {"disable", "enable", "remove"}) {
            Cli.Said said = cli.call("webhooks", "targets", command, "wht_0123456789abcdef");
            assertThat(said.code()).isEqualTo(2);
            assertThat(said.err()).contains("there is no webhook target wht_").hasLineCount(1);
        }
        Cli.Said said = cli.call("webhooks", "targets", "create", "https://example.org", "--type", "*");
        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err()).contains("ERRAND_SECRET").hasLineCount(1);
    }
}

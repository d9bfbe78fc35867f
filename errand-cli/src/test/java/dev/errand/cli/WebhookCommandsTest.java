package dev.errand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.RunId;
import dev.errand.Task;
import dev.errand.WebhookDelivery;
import dev.errand.WebhookDelivery.Outcome;
import dev.errand.WebhookOptions;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Webhooks on the command line. */
@Tag(TestStore.ON_BOTH)
class WebhookCommandsTest {
    private static final Task<Json, Json> ORDERS =
            Task.named("orders", Json.class, Json.class).run((payload, run) -> payload);

    @TempDir
    Path folder;

    private Cli cli = new Cli(Path.of(""));
    private @Nullable Errand opened;
    private String id = "";

    @BeforeEach
    void makeOne() {
        cli = new Cli(folder);
        opened = Errand.open(cli.store(), ORDERS);
        WebhookOptions options = WebhookOptions.none()
                .name("shop")
                .only("type", "invoice.*", "refund")
                .handshake("challenge");
        id = errand().webhooks()
                .create("orders", options, secret -> "1.sealed")
                .webhook()
                .id();
    }

    @AfterEach
    void close() {
        errand().close();
    }

    private Errand errand() {
        return Objects.requireNonNull(opened);
    }

    private WebhookDelivery delivered(Outcome outcome, @Nullable String reason, @Nullable RunId run) {
        WebhookDelivery delivery = WebhookDelivery.of(id, "msg_" + outcome, outcome, reason, run, errand().now(), 9);
        errand().webhooks().note(delivery, new Json("{\"a\":1}"));
        return delivery;
    }

    @Test
    void theyAreListedAndShownWithoutSecrets() {
        Cli.Said list = cli.call("webhooks", "list");
        assertThat(list.code()).isZero();
        assertThat(list.out()).containsPattern(id + " +shop +orders +type=invoice\\.\\*,refund +5m +\\d{4}-");
        Cli.Said show = cli.call("webhooks", "show", id);
        assertThat(show.out())
                .contains("/webhooks/" + id)
                .containsPattern("handshake +challenge")
                .containsPattern("disabled +-");
        JsonNode json = cli.call("webhooks", "list", "--json").json();
        assertThat(json.get(0).get("id").stringValue()).isEqualTo(id);
        assertThat(json.toString()).doesNotContain("sealed");
        assertThat(cli.call("webhooks", "show", id, "--json").json()).isEqualTo(json.get(0));
    }

    @Test
    void oneIsDisabledEnabledAndDeleted() {
        assertThat(cli.call("webhooks", "disable", id).line()).isEqualTo("disabled");
        assertThat(errand().webhooks().find(id).orElseThrow().takesDeliveries()).isFalse();
        assertThat(cli.call("webhooks", "enable", id).line()).isEqualTo("enabled");
        assertThat(errand().webhooks().find(id).orElseThrow().takesDeliveries()).isTrue();
        JsonNode deleted = cli.call("webhooks", "delete", id, "--json").json();
        assertThat(deleted.get("deleted").booleanValue()).isTrue();
        Cli.Said again = cli.call("webhooks", "delete", id);
        assertThat(again.code()).isEqualTo(2);
        assertThat(again.err()).contains("there is no webhook " + id).hasLineCount(1);
    }

    @Test
    void whatCameIsListedAndReplayed() {
        RunId run = errand().trigger(ORDERS, new Json("7")).id();
        delivered(Outcome.ACCEPTED, null, run);
        WebhookDelivery filtered = delivered(Outcome.FILTERED, "type is missing", null);
        Cli.Said log = cli.call("webhooks", "deliveries", id);
        assertThat(log.out().lines().toList()).hasSize(3);
        assertThat(log.out()).containsPattern("filtered +msg_FILTERED +- +type is missing");
        assertThat(log.out()).containsPattern("accepted +msg_ACCEPTED +" + run);
        Cli.Said part = cli.call("webhooks", "deliveries", id, "--limit=1");
        assertThat(part.err()).contains("more: --after " + filtered.id());
        String replayed = cli.call("webhooks", "replay", id, filtered.id()).line();
        assertThat(errand().run(RunId.of(replayed)).info().tags()).containsExactly("webhook:" + id);
        assertThat(cli.call("webhooks", "deliveries", id).out()).containsPattern("replayed .* " + replayed);
    }

    @Test
    void secretsAreSealedForServersOrNotMade() {
        for (String[] command : new String[][] {
            {"webhooks", "create", "orders"}, {"webhooks", "rotate", id},
        }) {
            Cli.Said said = cli.call(command);
            assertThat(said.code()).isEqualTo(2);
            assertThat(said.err()).contains("set ERRAND_SECRET").hasLineCount(1);
        }
        assertThat(errand().webhooks().list()).hasSize(1);
    }

    @Test
    void whatMakesNoSenseIsAnsweredInALine() {
        assertThat(cli.call("webhooks", "replay", id, "delivery_none").err())
                .contains("has no delivery_none")
                .hasLineCount(1);
        Cli.Said limit = cli.call("webhooks", "deliveries", id, "--limit=0");
        assertThat(limit.code()).isEqualTo(2);
        assertThat(limit.err()).contains("1 to 1,000").hasLineCount(1);
        WebhookDelivery refused =
                WebhookDelivery.of(id, null, Outcome.REFUSED, "no signature matches", null, errand().now(), 9);
        errand().webhooks().note(refused, null);
        Cli.Said replay = cli.call("webhooks", "replay", id, refused.id());
        assertThat(replay.code()).isEqualTo(2);
        assertThat(replay.err()).contains("not kept").hasLineCount(1);
    }
}

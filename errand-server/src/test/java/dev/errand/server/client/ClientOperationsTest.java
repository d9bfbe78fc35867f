package dev.errand.server.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.AuditEntry;
import dev.errand.AuditQuery;
import dev.errand.BulkAction;
import dev.errand.BulkActions;
import dev.errand.BulkKind;
import dev.errand.BulkState;
import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.MinuteStatistics;
import dev.errand.NewWebhook;
import dev.errand.NewWebhookTarget;
import dev.errand.Page;
import dev.errand.Role;
import dev.errand.RunId;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.TaskNotFoundException;
import dev.errand.TriggerOptions;
import dev.errand.WebhookDelivery;
import dev.errand.WebhookFilter;
import dev.errand.WebhookInfo;
import dev.errand.WebhookOptions;
import dev.errand.WebhookTarget;
import dev.errand.WebhookTargets;
import dev.errand.Webhooks;
import dev.errand.client.ErrandClient;
import dev.errand.server.ServerSettings;
import dev.errand.server.TestServer;
import dev.errand.server.webhook.StandardWebhooks;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What operators and administrators ask for, from afar. */
@Tag(TestServer.STORES)
class ClientOperationsTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @AutoClose
    private static final TestServer server =
            TestServer.open(ServerSettings.standard().secret("correct horse battery staple, and more"), Facts.FAIL);

    @AutoClose
    private static final Errand errand = ErrandClient.connect(server.uri(), server.key(Role.ADMIN));

    // ── webhooks

    private static void deliver(NewWebhook made) {
        byte[] body = "[7]".getBytes(StandardCharsets.UTF_8);
        URI address = URI.create(server.uri() + "/webhooks/" + made.webhook().id());
        HttpRequest.Builder request = HttpRequest.newBuilder(address).POST(BodyPublishers.ofByteArray(body));
        StandardWebhooks.headers(List.of(made.secret()), "msg", server.errand().now(), body)
                .forEach(request::header);
        assertThat(TestServer.send(request).status()).isEqualTo(200);
    }

    @Test
    void aWebhookIsMadeAndWhatWasDeliveredToItReplayed() {
        Webhooks webhooks = errand.webhooks();
        NewWebhook made = webhooks.create(
                "fail", WebhookOptions.none().tolerance(HOUR).handshake("challenge"), ClientOperationsTest::unused);
        String id = made.webhook().id();
        assertThat(webhooks.list()).containsExactly(made.webhook());
        deliver(made);
        WebhookDelivery delivery = webhooks.deliveries(id, null, 10).items().getFirst();
        assertThat(delivery.outcome()).isEqualTo(WebhookDelivery.Outcome.ACCEPTED);
        RunId again = webhooks.replay(id, delivery.id()).orElseThrow();
        assertThat(again).isNotEqualTo(delivery.run());
        assertThat(webhooks.deliveries(id, null, 1).next()).isPresent();
        assertThat(webhooks.replay(id, "delivery_none")).isEmpty();
    }

    @Test
    void aWebhookIsSteeredUntilItIsDeleted() {
        Webhooks webhooks = errand.webhooks();
        NewWebhook made = webhooks.create("fail", WebhookOptions.none(), ClientOperationsTest::unused);
        String id = made.webhook().id();
        assertThat(webhooks.disable(id)).isTrue();
        assertThat(webhooks.find(id).map(WebhookInfo::takesDeliveries)).contains(false);
        assertThat(webhooks.enable(id)).isTrue();
        String given = StandardWebhooks.newSecret();
        assertThat(webhooks.rotate(id, given, HOUR, ClientOperationsTest::unused)
                        .map(NewWebhook::secret))
                .contains(given);
        assertThat(webhooks.rotate(id, null, Duration.ZERO, ClientOperationsTest::unused)
                        .orElseThrow()
                        .secret())
                .isNotEqualTo(given);
        assertThat(webhooks.delete(id)).isTrue();
        assertThat(webhooks.delete(id)).isFalse();
        assertThat(webhooks.find(id)).isEmpty();
        assertThat(webhooks.enable(id)).isFalse();
        assertThat(webhooks.rotate(id, null, HOUR, ClientOperationsTest::unused))
                .isEmpty();
        assertThat(webhooks.deliveries(id, null, 10).items()).isEmpty();
        assertThatThrownBy(() -> webhooks.create("nobody", WebhookOptions.none(), ClientOperationsTest::unused))
                .isInstanceOf(TaskNotFoundException.class);
        assertThatThrownBy(() -> webhooks.sealed(id)).isInstanceOf(UnsupportedOperationException.class);
    }

    // ── targets

    @Test
    void aTargetIsMadeChangedDisabledAndRemoved() {
        WebhookTargets targets = errand.webhookTargets();
        URI url = URI.create("https://example.org/hook");
        NewWebhookTarget made = targets.create(url, WebhookFilter.of("run.failed"), ClientOperationsTest::unused);
        String id = made.target().id();
        assertThat(targets.list()).containsExactly(made.target());
        WebhookFilter other = WebhookFilter.of("*").withTags("a,b");
        assertThat(targets.change(id, url, other).map(WebhookTarget::filter)).contains(other);
        assertThat(targets.rotate(id, HOUR, ClientOperationsTest::unused)
                        .orElseThrow()
                        .secret())
                .isNotEqualTo(made.secret());
        assertThat(targets.disable(id, "too loud")).isTrue();
        assertThat(targets.disable(id, "still")).isFalse();
        assertThat(targets.find(id).orElseThrow().health().disabledFor()).isEqualTo("too loud");
        assertThat(targets.enable(id)).isTrue();
        assertThat(targets.find(id).map(WebhookTarget::isEnabled)).contains(true);
        assertThat(targets.remove(id)).isTrue();
        assertThat(targets.remove(id)).isFalse();
        assertThat(targets.find(id)).isEmpty();
        assertThat(targets.enable(id)).isFalse();
        assertThat(targets.disable(id, "gone")).isFalse();
        assertThatThrownBy(() -> targets.create(URI.create("ftp://example.org"), other, ClientOperationsTest::unused))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> targets.delivered(id)).isInstanceOf(UnsupportedOperationException.class);
    }

    // ── operations

    private static RunId delayed(String tag) {
        TriggerOptions options = TriggerOptions.none().after(HOUR).tags(tag);
        return errand.trigger("fail", null, options).id();
    }

    private static BulkAction ended(BulkActions bulk, String id) {
        long end = System.nanoTime() + Facts.PATIENCE.toNanos();
        BulkAction action = bulk.find(id).orElseThrow();
        while (action.endedAt() == null && System.nanoTime() < end) {
            LockSupport.parkNanos(5_000_000);
            action = bulk.find(id).orElseThrow();
        }
        return action;
    }

    @Test
    void aBulkActionMeansWhatItsQueryFindsAndNoMore() {
        RunId meant = delayed("north,east");
        RunId other = delayed("north");
        BulkActions bulk = errand.operations().bulk();
        String id = bulk.begin(BulkKind.CANCEL, RunQuery.all().tags("north,east"), "tidy")
                .id();
        BulkAction action = ended(bulk, id);
        assertThat(action.state()).isEqualTo(BulkState.COMPLETED);
        assertThat(action.name()).isEqualTo("tidy");
        assertThat(action.success()).isEqualTo(1);
        assertThat(errand.run(meant).state()).isEqualTo(RunState.CANCELED);
        assertThat(errand.run(other).state()).isEqualTo(RunState.DELAYED);
        assertThat(bulk.list(null, 1).items()).containsExactly(action);
        assertThat(bulk.abort(id)).isTrue();
        assertThat(bulk.abort("bulk_none")).isFalse();
        assertThat(bulk.find("bulk_none")).isEmpty();
    }

    @Test
    void theAuditLogIsReadInPages() {
        RunId run = delayed("audited");
        errand.run(run).addTags("seen");
        errand.run(run).cancel();
        AuditQuery one = AuditQuery.all().from(Instant.EPOCH).limit(1);
        Page<AuditEntry> page = errand.operations().audit().list(one);
        assertThat(page.items()).singleElement().satisfies(entry -> {
            assertThat(entry.role()).isEqualTo(Role.ADMIN);
            assertThat(entry.action()).endsWith("/cancel");
            assertThat(entry.subject()).containsValue(run.toString());
        });
        Page<AuditEntry> next = errand.operations().audit().list(one.after(page.cursor()));
        assertThat(next.items()).hasSize(1).doesNotContainAnyElementsOf(page.items());
        assertThat(errand.operations().audit().list(one.key("nobody")).items()).isEmpty();
    }

    @Test
    void statisticsCountWhatHasEnded() throws InterruptedException {
        Instant from = server.errand().now();
        server.test().finish(server.errand().trigger("fail", Json.NULL));
        server.test().clock().advance(Duration.ofMinutes(2));
        Instant until = server.errand().now();
        assertThat(errand.operations().statistics(from, until, "FAIL"))
                .singleElement()
                .satisfies(minute -> assertThat(minute.state()).isEqualTo(RunState.FAILED))
                .extracting(MinuteStatistics::task)
                .isEqualTo("fail");
        assertThat(errand.operations().statistics(from, until, "other")).isEmpty();
        assertThatThrownBy(() -> errand.operations().statistics(from, from.plus(Duration.ofDays(3)), null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static String unused(String secret) {
        throw new AssertionError("it is the server that seals");
    }
}

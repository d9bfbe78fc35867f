package dev.errand.client;

import dev.errand.Json;
import dev.errand.NewWebhook;
import dev.errand.Page;
import dev.errand.RunId;
import dev.errand.SealedWebhook;
import dev.errand.TypeRef;
import dev.errand.WebhookDelivery;
import dev.errand.WebhookInfo;
import dev.errand.WebhookOptions;
import dev.errand.Webhooks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The webhooks of the store. Their secrets the server seals, by a secret of its own; what servers do with webhooks is theirs. */
final class RemoteWebhooks implements Webhooks {
    private static final String WEBHOOKS = "webhooks";

    private final Server server;

    private record Wanted(String task, WebhookOptions options) {}

    private record Rotation(@Nullable String secret, Duration overlap) {}

    private record Deleted(boolean deleted) {}

    private record Replayed(RunId id) {}

    RemoteWebhooks(Server server) {
        this.server = server;
    }

    @Override
    public NewWebhook create(String task, WebhookOptions options, UnaryOperator<String> seal) {
        return server.ask(Ask.post(Address.path(WEBHOOKS), new Wanted(task, options)), NewWebhook.class);
    }

    @Override
    public List<WebhookInfo> list() {
        return server.ask(Ask.get(Address.path(WEBHOOKS)), new TypeRef<Page<WebhookInfo>>() {})
                .items();
    }

    @Override
    public Optional<WebhookInfo> find(String id) {
        return Maybe.ask(server, Ask.get(Address.path(WEBHOOKS, id)), WebhookInfo.class);
    }

    @Override
    public Optional<NewWebhook> rotate(
            String id, @Nullable String secret, Duration overlap, UnaryOperator<String> seal) {
        Ask ask = Ask.post(Address.path(WEBHOOKS, id, "rotate"), new Rotation(secret, overlap));
        return Maybe.ask(server, ask, NewWebhook.class);
    }

    @Override
    public boolean enable(String id) {
        return isThere(Ask.post(Address.path(WEBHOOKS, id, "enable")));
    }

    @Override
    public boolean disable(String id) {
        return isThere(Ask.post(Address.path(WEBHOOKS, id, "disable")));
    }

    private boolean isThere(Ask ask) {
        return Maybe.ask(server, ask.repeated(), WebhookInfo.class).isPresent();
    }

    @Override
    public boolean delete(String id) {
        return server.ask(Ask.delete(Address.path(WEBHOOKS, id)), Deleted.class).deleted();
    }

    @Override
    public Page<WebhookDelivery> deliveries(String id, @Nullable String after, int limit) {
        String query = "?limit=" + limit + RemoteOperations.parameter("cursor", after);
        Reply reply = server.answered(Ask.get(Address.path(WEBHOOKS, id, "deliveries") + query));
        return reply.status() == 404
                ? new Page<>(List.of(), null)
                : server.ok(reply).read(new TypeRef<Page<WebhookDelivery>>() {});
    }

    /** Asked once: each time it is a new run. */
    @Override
    public Optional<RunId> replay(String id, String delivery) {
        Ask ask = Ask.post(Address.path(WEBHOOKS, id, "deliveries", delivery, "replay"));
        return Maybe.ask(server, ask, Replayed.class).map(Replayed::id);
    }

    private static UnsupportedOperationException taking() {
        return NoEngine.unsupported("deliveries are taken", "have them posted to the server: /webhooks/ and the id");
    }

    @Override
    public Optional<SealedWebhook> sealed(String id) {
        throw taking();
    }

    @Override
    public Optional<RunId> accepted(String id, String deliveryId, Instant since) {
        throw taking();
    }

    @Override
    public void note(WebhookDelivery delivery, @Nullable Json body) {
        throw taking();
    }
}

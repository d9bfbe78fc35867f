package dev.errand.client;

import dev.errand.NewWebhookTarget;
import dev.errand.Page;
import dev.errand.SealedWebhookTarget;
import dev.errand.TypeRef;
import dev.errand.WebhookFilter;
import dev.errand.WebhookTarget;
import dev.errand.WebhookTargets;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The webhook targets of the store. Their secrets the server seals, by a secret of its own; to deliver is the servers' too. */
final class RemoteTargets implements WebhookTargets {
    private static final String TARGETS = "webhook-targets";

    private final Server server;

    private record Wanted(URI url, WebhookFilter filter) {}

    private record Removed(boolean removed) {}

    RemoteTargets(Server server) {
        this.server = server;
    }

    @Override
    public NewWebhookTarget create(URI url, WebhookFilter filter, UnaryOperator<String> seal) {
        return server.ask(Ask.post(Address.path(TARGETS), new Wanted(url, filter)), NewWebhookTarget.class);
    }

    @Override
    public List<WebhookTarget> list() {
        return server.ask(Ask.get(Address.path(TARGETS)), new TypeRef<Page<WebhookTarget>>() {})
                .items();
    }

    @Override
    public Optional<WebhookTarget> find(String id) {
        return target(Ask.get(Address.path(TARGETS, id)));
    }

    @Override
    public Optional<WebhookTarget> change(String id, URI url, WebhookFilter filter) {
        return target(Ask.put(Address.path(TARGETS, id), new Wanted(url, filter)));
    }

    private Optional<WebhookTarget> target(Ask ask) {
        return Maybe.ask(server, ask.repeated(), WebhookTarget.class);
    }

    @Override
    public Optional<NewWebhookTarget> rotate(String id, Duration overlap, UnaryOperator<String> seal) {
        Ask ask = Ask.post(Address.path(TARGETS, id, "rotate"), Ask.only("overlap", overlap));
        return Maybe.ask(server, ask, NewWebhookTarget.class);
    }

    /** Of two who do so at the same moment both may hear that it was told of events until now. */
    @Override
    public boolean disable(String id, String reason) {
        boolean wasTold = find(id).filter(WebhookTarget::isEnabled).isPresent();
        Ask ask = Ask.post(Address.path(TARGETS, id, "disable"), Ask.only("reason", reason));
        return target(ask).isPresent() && wasTold;
    }

    @Override
    public boolean enable(String id) {
        return target(Ask.post(Address.path(TARGETS, id, "enable"))).isPresent();
    }

    @Override
    public boolean remove(String id) {
        return server.ask(Ask.delete(Address.path(TARGETS, id)), Removed.class).removed();
    }

    private static UnsupportedOperationException delivering() {
        return NoEngine.unsupported("events are delivered to targets", "servers on the store do that by themselves");
    }

    @Override
    public Optional<SealedWebhookTarget> sealed(String id) {
        throw delivering();
    }

    @Override
    public void delivered(String id) {
        throw delivering();
    }

    @Override
    public Optional<Instant> failed(String id, String reason) {
        throw delivering();
    }
}

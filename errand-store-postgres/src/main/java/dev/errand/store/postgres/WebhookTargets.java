package dev.errand.store.postgres;

import dev.errand.SealedWebhookTarget;
import dev.errand.WebhookFilter;
import dev.errand.WebhookTarget;
import dev.errand.store.WebhookTargetStore;
import dev.errand.store.sql.WebhookTargetRows;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Who is told of events over HTTP. What is said here twice changes nothing, so that it is said again when a connection breaks, unless the answer
 * would be another.
 */
final class WebhookTargets implements WebhookTargetStore {
    private final Pool pool;

    WebhookTargets(Pool pool) {
        this.pool = pool;
    }

    @Override
    public void create(WebhookTarget target, String sealed) {
        pool.run(database -> WebhookTargetRows.create(database::sql, target, sealed));
    }

    @Override
    public List<WebhookTarget> list() {
        return pool.ask(database -> WebhookTargetRows.list(database::sql));
    }

    @Override
    public Optional<SealedWebhookTarget> find(String id) {
        return pool.ask(database -> WebhookTargetRows.find(database::sql, id));
    }

    @Override
    public void change(String id, URI url, WebhookFilter filter) {
        pool.ask(database -> WebhookTargetRows.change(database::sql, id, url, filter));
    }

    @Override
    public void rotate(String id, String sealed, Instant formerUntil) {
        pool.ask(database -> WebhookTargetRows.rotate(database::sql, id, sealed, formerUntil));
    }

    @Override
    public boolean disable(String id, Instant at, String reason) {
        return pool.once(database -> WebhookTargetRows.disable(database::sql, id, at, reason));
    }

    @Override
    public boolean enable(String id) {
        return pool.ask(database -> WebhookTargetRows.enable(database::sql, id));
    }

    @Override
    public boolean remove(String id) {
        return pool.once(database -> WebhookTargetRows.remove(database::sql, id));
    }

    @Override
    public void delivered(String id, Instant at) {
        pool.ask(database -> WebhookTargetRows.delivered(database::sql, id, at));
    }

    @Override
    public Optional<Instant> failed(String id, Instant at, String reason) {
        return pool.ask(database -> WebhookTargetRows.failed(database::sql, id, at, reason));
    }
}

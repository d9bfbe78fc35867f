package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.WebhookDelivery;
import dev.errand.store.WebhookStore;
import dev.errand.store.sql.WebhookRows;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Webhooks. What is said here twice changes nothing, so that it is said again when a connection breaks. */
final class Webhooks implements WebhookStore {
    private final Pool pool;

    Webhooks(Pool pool) {
        this.pool = pool;
    }

    @Override
    public void create(Entry entry) {
        pool.ask(database -> WebhookRows.insert(database::sql, entry));
    }

    @Override
    public List<Entry> list() {
        return pool.ask(database -> WebhookRows.list(database::sql));
    }

    @Override
    public Optional<Entry> find(String id) {
        return pool.ask(database -> WebhookRows.find(database::sql, id));
    }

    @Override
    public boolean replaceSecrets(String id, List<Sealed> before, List<Sealed> after) {
        return pool.ask(database -> WebhookRows.replaceSecrets(database::sql, id, before, after));
    }

    @Override
    public boolean disable(String id, @Nullable Instant since) {
        return pool.ask(database -> WebhookRows.disable(database::sql, id, since));
    }

    @Override
    public boolean delete(String id) {
        return pool.ask(database -> WebhookRows.delete(database::sql, id));
    }

    @Override
    public void note(Noted noted) {
        pool.ask(database -> WebhookRows.note(database::sql, noted));
    }

    @Override
    public List<WebhookDelivery> deliveries(String webhook, @Nullable String before, int limit) {
        return pool.ask(database -> WebhookRows.deliveries(database::sql, webhook, before, limit));
    }

    @Override
    public Optional<Noted> delivery(String webhook, String id) {
        return pool.ask(database -> WebhookRows.delivery(database::sql, webhook, id));
    }

    @Override
    public Optional<RunId> accepted(String webhook, String deliveryId, Instant since) {
        return pool.ask(database -> WebhookRows.accepted(database::sql, webhook, deliveryId, since));
    }
}

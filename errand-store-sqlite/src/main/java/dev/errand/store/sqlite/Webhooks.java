package dev.errand.store.sqlite;

import dev.errand.RunId;
import dev.errand.WebhookDelivery;
import dev.errand.store.WebhookStore;
import dev.errand.store.sql.BatchRows.Statements;
import dev.errand.store.sql.WebhookRows;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Webhooks. Each change is one command of the writer's. */
final class Webhooks implements WebhookStore {
    private static final String SCHEMA = "errand.";

    private final Writer writer;
    private final Readers readers;

    Webhooks(Writer writer, Readers readers) {
        this.writer = writer;
        this.readers = readers;
    }

    private static Statements statements(Statements own) {
        return text -> own.sql(text.replace(SCHEMA, ""));
    }

    @Override
    public void create(Entry entry) {
        writer.call(tx -> WebhookRows.insert(statements(tx::sql), entry));
    }

    @Override
    public List<Entry> list() {
        return readers.ask(database -> WebhookRows.list(statements(database::sql)));
    }

    @Override
    public Optional<Entry> find(String id) {
        return readers.ask(database -> WebhookRows.find(statements(database::sql), id));
    }

    @Override
    public boolean replaceSecrets(String id, List<Sealed> before, List<Sealed> after) {
        return writer.call(tx -> WebhookRows.replaceSecrets(statements(tx::sql), id, before, after));
    }

    @Override
    public boolean disable(String id, @Nullable Instant since) {
        return writer.call(tx -> WebhookRows.disable(statements(tx::sql), id, since));
    }

    @Override
    public boolean delete(String id) {
        return writer.call(tx -> WebhookRows.delete(statements(tx::sql), id));
    }

    @Override
    public void note(Noted noted) {
        writer.call(tx -> WebhookRows.note(statements(tx::sql), noted));
    }

    @Override
    public List<WebhookDelivery> deliveries(String webhook, @Nullable String before, int limit) {
        return readers.ask(database -> WebhookRows.deliveries(statements(database::sql), webhook, before, limit));
    }

    @Override
    public Optional<Noted> delivery(String webhook, String id) {
        return readers.ask(database -> WebhookRows.delivery(statements(database::sql), webhook, id));
    }

    @Override
    public Optional<RunId> accepted(String webhook, String deliveryId, Instant since) {
        return readers.ask(database -> WebhookRows.accepted(statements(database::sql), webhook, deliveryId, since));
    }
}

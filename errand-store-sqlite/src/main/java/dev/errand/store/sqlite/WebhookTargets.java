package dev.errand.store.sqlite;

import dev.errand.SealedWebhookTarget;
import dev.errand.WebhookFilter;
import dev.errand.WebhookTarget;
import dev.errand.store.WebhookTargetStore;
import dev.errand.store.sql.BatchRows.Statements;
import dev.errand.store.sql.WebhookTargetRows;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Who is told of events over HTTP. */
final class WebhookTargets implements WebhookTargetStore {
    private static final String SCHEMA = "errand.";

    private final Writer writer;
    private final Readers readers;

    WebhookTargets(Writer writer, Readers readers) {
        this.writer = writer;
        this.readers = readers;
    }

    private static Statements statements(Statements own) {
        return text -> own.sql(text.replace(SCHEMA, ""));
    }

    @Override
    public void create(WebhookTarget target, String sealed) {
        writer.call(tx -> {
            WebhookTargetRows.create(statements(tx::sql), target, sealed);
            return true;
        });
    }

    @Override
    public List<WebhookTarget> list() {
        return readers.ask(database -> WebhookTargetRows.list(statements(database::sql)));
    }

    @Override
    public Optional<SealedWebhookTarget> find(String id) {
        return readers.ask(database -> WebhookTargetRows.find(statements(database::sql), id));
    }

    @Override
    public void change(String id, URI url, WebhookFilter filter) {
        writer.call(tx -> WebhookTargetRows.change(statements(tx::sql), id, url, filter));
    }

    @Override
    public void rotate(String id, String sealed, Instant formerUntil) {
        writer.call(tx -> WebhookTargetRows.rotate(statements(tx::sql), id, sealed, formerUntil));
    }

    @Override
    public boolean disable(String id, Instant at, String reason) {
        return writer.call(tx -> WebhookTargetRows.disable(statements(tx::sql), id, at, reason));
    }

    @Override
    public boolean enable(String id) {
        return writer.call(tx -> WebhookTargetRows.enable(statements(tx::sql), id));
    }

    @Override
    public boolean remove(String id) {
        return writer.call(tx -> WebhookTargetRows.remove(statements(tx::sql), id));
    }

    @Override
    public void delivered(String id, Instant at) {
        writer.call(tx -> WebhookTargetRows.delivered(statements(tx::sql), id, at));
    }

    @Override
    public Optional<Instant> failed(String id, Instant at, String reason) {
        return writer.call(tx -> WebhookTargetRows.failed(statements(tx::sql), id, at, reason));
    }
}

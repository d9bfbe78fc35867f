package dev.errand.store.sqlite;

import dev.errand.AuditEntry;
import dev.errand.AuditQuery;
import dev.errand.store.BulkEntry;
import dev.errand.store.OperationStore;
import dev.errand.store.format.Times;
import dev.errand.store.sql.AuditRows;
import dev.errand.store.sql.BatchRows.Statements;
import dev.errand.store.sql.BulkRows;
import dev.errand.store.sql.StatisticRows;
import dev.errand.store.sql.StatisticRows.Part;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The audit log and bulk actions. Each change is one command of the writer's, so that no other comes between. */
final class Operations implements OperationStore {
    private static final String SCHEMA = "errand.";

    private final Writer writer;
    private final Readers readers;

    Operations(Writer writer, Readers readers) {
        this.writer = writer;
        this.readers = readers;
    }

    private static Statements statements(Statements own) {
        return text -> own.sql(text.replace(SCHEMA, ""));
    }

    @Override
    public void note(AuditEntry entry) {
        writer.call(tx -> AuditRows.note(statements(tx::sql), entry));
    }

    @Override
    public List<AuditEntry> audit(AuditQuery query) {
        return readers.ask(database -> AuditRows.list(statements(database::sql), query));
    }

    @Override
    public void begin(BulkEntry action) {
        writer.call(tx -> BulkRows.begin(statements(tx::sql), action));
    }

    @Override
    public Optional<BulkEntry> bulkAction(String id) {
        return readers.ask(database -> BulkRows.find(statements(database::sql), id));
    }

    @Override
    public List<BulkEntry> bulkActions(String before, int limit) {
        return readers.ask(database -> BulkRows.list(statements(database::sql), before, limit));
    }

    @Override
    public Optional<BulkEntry> take(String holder, Duration lease) {
        return writer.call(tx -> BulkRows.take(statements(tx::sql), holder, tx.now(), Times.micros(lease)));
    }

    @Override
    public boolean save(BulkEntry action, String holder, Duration lease) {
        return writer.call(tx -> BulkRows.save(statements(tx::sql), action, holder, tx.now() + Times.micros(lease)));
    }

    @Override
    public void release(String holder) {
        writer.call(tx -> BulkRows.release(statements(tx::sql), holder));
    }

    @Override
    public boolean abort(String id) {
        return writer.call(tx -> BulkRows.abort(statements(tx::sql), id, tx.now()));
    }

    @Override
    public void keepStatistics(String part, Instant minute, String text) {
        writer.call(tx -> StatisticRows.keep(statements(tx::sql), part, Times.micros(minute), text));
    }

    @Override
    public void statistics(Instant from, Instant until, BiConsumer<Instant, String> each) {
        List<Part> parts = readers.ask(
                database -> StatisticRows.list(statements(database::sql), Times.micros(from), Times.micros(until)));
        parts.forEach(part -> each.accept(Times.instant(part.minute()), part.text()));
    }

    @Override
    public void forgetStatistics(Instant before) {
        writer.call(tx -> StatisticRows.forget(statements(tx::sql), Times.micros(before)));
    }

    @Override
    public int prune(Instant before, int limit) {
        return writer.call(tx -> {
            BulkRows.prune(statements(tx::sql), Times.micros(before));
            return AuditRows.prune(statements(tx::sql), Times.micros(before), limit);
        });
    }
}

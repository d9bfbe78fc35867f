package dev.errand.store.postgres;

import dev.errand.AuditEntry;
import dev.errand.AuditQuery;
import dev.errand.store.BulkEntry;
import dev.errand.store.OperationStore;
import dev.errand.store.format.Times;
import dev.errand.store.sql.AuditRows;
import dev.errand.store.sql.BulkRows;
import dev.errand.store.sql.StatisticRows;
import dev.errand.store.sql.StatisticRows.Part;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The audit log and bulk actions. What is said here twice changes nothing, so that it is said again when a connection breaks. */
final class Operations implements OperationStore {
    private final Surroundings surroundings;
    private final Pool pool;

    Operations(Surroundings surroundings, Pool pool) {
        this.surroundings = surroundings;
        this.pool = pool;
    }

    @Override
    public void note(AuditEntry entry) {
        pool.ask(database -> AuditRows.note(database::sql, entry));
    }

    @Override
    public List<AuditEntry> audit(AuditQuery query) {
        return pool.ask(database -> AuditRows.list(database::sql, query));
    }

    @Override
    public void begin(BulkEntry action) {
        pool.ask(database -> BulkRows.begin(database::sql, action));
    }

    @Override
    public Optional<BulkEntry> bulkAction(String id) {
        return pool.ask(database -> BulkRows.find(database::sql, id));
    }

    @Override
    public List<BulkEntry> bulkActions(String before, int limit) {
        return pool.ask(database -> BulkRows.list(database::sql, before, limit));
    }

    @Override
    public Optional<BulkEntry> take(String holder, Duration lease) {
        return pool.ask(database -> BulkRows.take(database::sql, holder, surroundings.now(), Times.micros(lease)));
    }

    @Override
    public boolean save(BulkEntry action, String holder, Duration lease) {
        return pool.ask(
                database -> BulkRows.save(database::sql, action, holder, surroundings.now() + Times.micros(lease)));
    }

    @Override
    public void release(String holder) {
        pool.ask(database -> BulkRows.release(database::sql, holder));
    }

    @Override
    public boolean abort(String id) {
        return pool.ask(database -> BulkRows.abort(database::sql, id, surroundings.now()));
    }

    @Override
    public void keepStatistics(String part, Instant minute, String text) {
        pool.ask(database -> StatisticRows.keep(database::sql, part, Times.micros(minute), text));
    }

    @Override
    public void statistics(Instant from, Instant until, BiConsumer<Instant, String> each) {
        List<Part> parts =
                pool.ask(database -> StatisticRows.list(database::sql, Times.micros(from), Times.micros(until)));
        parts.forEach(part -> each.accept(Times.instant(part.minute()), part.text()));
    }

    @Override
    public void forgetStatistics(Instant before) {
        pool.ask(database -> StatisticRows.forget(database::sql, Times.micros(before)));
    }

    @Override
    public int prune(Instant before, int limit) {
        return pool.ask(database -> {
            BulkRows.prune(database::sql, Times.micros(before));
            return AuditRows.prune(database::sql, Times.micros(before), limit);
        });
    }
}

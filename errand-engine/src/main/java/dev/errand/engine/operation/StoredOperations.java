package dev.errand.engine.operation;

import dev.errand.AuditEntry;
import dev.errand.AuditLog;
import dev.errand.AuditQuery;
import dev.errand.BulkActions;
import dev.errand.Errand;
import dev.errand.MinuteStatistics;
import dev.errand.Operations;
import dev.errand.Page;
import dev.errand.store.OperationStore;
import dev.errand.store.Report;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What operators do to many runs, and who changed what. */
public final class StoredOperations implements Operations, AutoCloseable {
    private final OperationStore store;
    private final BulkWork work;
    private final BulkActions bulk;
    private final Statistics statistics;

    /** @param errand by which runs are found and asked */
    public StoredOperations(OperationStore store, Clock clock, Errand errand) {
        this.store = store;
        this.work = new BulkWork(store, clock, errand);
        this.bulk = new StoredBulkActions(store, clock, work::wake);
        this.statistics = new Statistics(store, clock);
    }

    /** Looks whether there are bulk actions to go on with, which others do then, and keeps statistics; once a minute. */
    public void upkeep() {
        work.wake();
        statistics.upkeep();
    }

    /** A run has ended here; returns at once. */
    public void ended(Report.Ended end) {
        statistics.ended(end);
    }

    @Override
    public List<MinuteStatistics> statistics(Instant from, Instant until, @Nullable String task) {
        return statistics.list(from, until, task);
    }

    @Override
    public AuditLog audit() {
        return new AuditLog() {
            @Override
            public void note(AuditEntry entry) {
                store.note(entry);
            }

            @Override
            public Page<AuditEntry> list(AuditQuery query) {
                List<AuditEntry> entries = store.audit(query);
                return new Page<>(
                        entries,
                        entries.size() < query.limit()
                                ? null
                                : entries.getLast().id());
            }
        };
    }

    @Override
    public BulkActions bulk() {
        return bulk;
    }

    /** Goes on with no action any more; others do. */
    @Override
    public void close() {
        work.close();
        statistics.close();
    }
}

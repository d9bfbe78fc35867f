package dev.errand.engine.operation;

import dev.errand.AuditEntry;
import dev.errand.AuditLog;
import dev.errand.AuditQuery;
import dev.errand.BulkActions;
import dev.errand.Errand;
import dev.errand.Operations;
import dev.errand.Page;
import dev.errand.store.OperationStore;
import java.time.Clock;
import java.util.List;

/** What operators do to many runs, and who changed what. */
public final class StoredOperations implements Operations, AutoCloseable {
    private final OperationStore store;
    private final BulkWork work;
    private final BulkActions bulk;

    /** @param errand by which runs are found and asked */
    public StoredOperations(OperationStore store, Clock clock, Errand errand) {
        this.store = store;
        this.work = new BulkWork(store, clock, errand);
        this.bulk = new StoredBulkActions(store, clock, work::wake);
    }

    /** Looks whether there are bulk actions to go on with; any thread, returns at once. */
    public void wake() {
        work.wake();
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
                        entries.size() < query.limit() ? null : entries.getLast().id());
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
    }
}

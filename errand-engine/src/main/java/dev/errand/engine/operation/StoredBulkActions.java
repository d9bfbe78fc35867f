package dev.errand.engine.operation;

import dev.errand.BulkAction;
import dev.errand.BulkActions;
import dev.errand.BulkKind;
import dev.errand.Page;
import dev.errand.RunId;
import dev.errand.RunQuery;
import dev.errand.store.BulkEntry;
import dev.errand.store.OperationStore;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Bulk actions as they are kept in the store. */
final class StoredBulkActions implements BulkActions {
    private static final String PREFIX = "bulk_";
    private static final int LONGEST_NAME = 128;
    private static final int MOST = 1_000;

    private final OperationStore store;
    private final Clock clock;
    private final Runnable begun;

    /** @param begun called when there is one to be carried out */
    StoredBulkActions(OperationStore store, Clock clock, Runnable begun) {
        this.store = store;
        this.clock = clock;
        this.begun = begun;
    }

    @Override
    public BulkAction begin(BulkKind kind, RunQuery filter, @Nullable String name) {
        if (name != null && (name.isEmpty() || name.length() > LONGEST_NAME)) {
            throw new IllegalArgumentException("a bulk action's name has 1 to %d characters".formatted(LONGEST_NAME));
        }
        if (filter.ids().size() > MOST_IDS) {
            throw new IllegalArgumentException("%,d runs are named; %d are possible, or a filter that finds them"
                    .formatted(filter.ids().size(), MOST_IDS));
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        String id = PREFIX + RunId.next(now).toString().substring("run_".length());
        BulkEntry entry = BulkEntry.of(id, name, kind, FilterText.of(upTo(filter, now)), now);
        store.begin(entry);
        begun.run();
        return action(entry);
    }

    /** Without what is triggered from then on. */
    private static RunQuery upTo(RunQuery filter, Instant now) {
        Instant end = now.plus(1, ChronoUnit.MICROS);
        Instant until = filter.createdUntil();
        return until != null && until.isBefore(end) ? filter : filter.createdUntil(end);
    }

    @Override
    public Optional<BulkAction> find(String id) {
        return store.bulkAction(id).map(StoredBulkActions::action);
    }

    @Override
    public Page<BulkAction> list(@Nullable String cursor, int limit) {
        if (limit < 1 || limit > MOST) {
            throw new IllegalArgumentException("limit is %d; a page has 1 to %d actions".formatted(limit, MOST));
        }
        List<BulkAction> actions = store.bulkActions(cursor == null ? "" : cursor, limit).stream()
                .map(StoredBulkActions::action)
                .toList();
        return new Page<>(
                actions, actions.size() < limit ? null : actions.getLast().id());
    }

    @Override
    public boolean abort(String id) {
        return store.abort(id);
    }

    private static BulkAction action(BulkEntry entry) {
        return new BulkAction(
                entry.id(),
                entry.name(),
                entry.kind(),
                entry.state(),
                entry.total(),
                entry.success(),
                entry.failure(),
                entry.createdAt(),
                entry.endedAt());
    }
}

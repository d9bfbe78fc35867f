package dev.errand.store.postgres;

import dev.errand.BatchId;
import dev.errand.StoreException;
import dev.errand.store.BatchStore.Filled;
import dev.errand.store.KeyStore.Stored;
import dev.errand.store.KeyedRun;
import dev.errand.store.NewItem;
import dev.errand.store.NewRun;
import dev.errand.store.sql.OpenBatches;
import dev.errand.store.sql.OpenBatches.Brought;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Brings items to open batches. It waits for others who bring some to the same batch, and so does one call at a time, as {@link Keys} does: in the
 * database for the batch's row, which nobody has for long, but not for keys.
 */
final class BatchFilling {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

    private final Surroundings surroundings;
    private final Desk desk;
    private final UserTransactions userTransactions;

    /** @param filled empty if there is no such batch */
    private record Tried(Optional<Filled> filled) {}

    BatchFilling(Surroundings surroundings, Desk desk, UserTransactions userTransactions) {
        this.surroundings = surroundings;
        this.desk = desk;
        this.userTransactions = userTransactions;
    }

    /** If the answer to the commit is lost they are brought once more, of which only those are stored that were not. */
    Optional<Filled> fill(BatchId batch, List<NewItem> items) {
        List<NewRun> runs = runs(items);
        userTransactions.numberTasks(runs);
        Optional<Filled> filled = Patience.untilFree(
                        PATIENCE,
                        () -> Desk.again(() -> desk.request(tx -> tryFill(tx, batch, items))),
                        this::exhausted)
                .filled();
        if (filled.isPresent() && Conflicts.any(surroundings.tasks(), runs)) {
            Untold.tellAll(desk);
        }
        return filled;
    }

    private static List<NewRun> runs(List<NewItem> items) {
        List<NewRun> runs = new ArrayList<>();
        for (NewItem item : items) {
            if (item instanceof NewItem.Wanted wanted) {
                runs.add(wanted.keyed().run());
            }
        }
        return runs;
    }

    private StoreException exhausted() {
        return new StoreException(
                "A transaction has used a key of one of the items at %s and is still open after %d s; nothing was stored, bring them again once it has ended"
                        .formatted(surroundings.settings().shownUrl(), TimeUnit.NANOSECONDS.toSeconds(PATIENCE)));
    }

    /** Null if somebody else has a key's lock; then nothing is written. */
    private static @Nullable Tried tryFill(Tx tx, BatchId batch, List<NewItem> items) throws SQLException {
        Brought brought = OpenBatches.bring(tx::sql, Batches.DIALECT, batch, items, tx.now())
                .orElse(null);
        if (brought == null) {
            return new Tried(Optional.empty());
        }
        List<Stored> stored = store(tx, brought.runs());
        if (stored == null) {
            return null;
        }
        if (!brought.fresh().isEmpty()) {
            Batches.insertMembers(tx.database(), brought.number(), brought.members(stored));
        }
        return new Tried(Optional.of(OpenBatches.count(tx::sql, brought, tx.now())));
    }

    private static @Nullable List<Stored> store(Tx tx, List<KeyedRun> runs) throws SQLException {
        if (runs.stream().anyMatch(KeyedRun::hasKey)) {
            return new KeyedEnqueueing(tx).tryEnqueue(runs, false);
        }
        List<NewRun> fresh = runs.stream().map(KeyedRun::run).toList();
        if (!fresh.isEmpty()) {
            PendingCaps.require(tx, fresh);
            Conflicts.storeWithin(tx, fresh);
        }
        return fresh.stream().map(run -> new Stored(run.id(), false)).toList();
    }
}

package dev.errand.store.sql;

import dev.errand.BatchId;
import dev.errand.BatchItem;
import dev.errand.Batches;
import dev.errand.RunId;
import dev.errand.store.BatchEntry;
import dev.errand.store.BatchMember;
import dev.errand.store.BatchStore.Filled;
import dev.errand.store.BatchStore.Opened;
import dev.errand.store.KeyHash;
import dev.errand.store.KeyStore;
import dev.errand.store.KeyedRun;
import dev.errand.store.NewItem;
import dev.errand.store.format.Times;
import dev.errand.store.sql.BatchRows.Dialect;
import dev.errand.store.sql.BatchRows.Statements;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Statements about batches whose items are still to come. Whoever brings some has the batch's row alone until his commit, in which are the runs,
 * their places, and how many there are: so each index is counted once, and one of all callers brings the last.
 */
public final class OpenBatches {
    private static final String FREE = "update errand.batch set key_hash = null where key_hash = ? and key_until <= ?";
    private static final String FORGET =
            "update errand.batch set request_hash = null where request_hash = ? and request_until <= ?";
    private static final String HOLDER = BatchRows.ALL + " where key_hash = ?";
    private static final String OF_REQUEST = BatchRows.ALL + " where request_hash = ?";
    private static final String KNOWN =
            "select position, run from errand.batch_run where batch = ? and position between ? and ?";
    private static final String COUNT = "update errand.batch set items = items + ?, filled = ? where number = ?";
    private static final String REFUSED =
            "select position, task, refused from errand.batch_run where batch = ? and refused is not null order by position";

    /** Whose last item came that long ago: {@link Batches#OPEN_FOR}. */
    private static final String GIVE_UP = """
            update errand.batch
               set completed = ?, key_hash = null
             where completed is null and items < size and coalesce(filled, created) <= ?
            """;

    private OpenBatches() {}

    /** It is stored, or another is there that answers for it. */
    public static Opened open(Statements statements, BatchEntry batch, long now) throws SQLException {
        String key = batch.key() == null ? null : text(batch.key().hash());
        String request = batch.request() == null ? null : text(batch.request().hash());
        while (true) { // who held the key may let go of it in between
            Opened opened = tryOpen(statements, batch, key, request, now);
            if (opened != null) {
                return opened;
            }
        }
    }

    private static @Nullable Opened tryOpen(
            Statements statements, BatchEntry batch, @Nullable String key, @Nullable String request, long now)
            throws SQLException {
        statements.sql(FREE).set(key).set(now).update();
        statements.sql(FORGET).set(request).set(now).update();
        if (BatchRows.insert(statements, batch)
                || BatchRows.find(statements, batch.id()).isPresent()) {
            return new Opened(batch, false);
        }
        BatchEntry same =
                statements.sql(OF_REQUEST).set(request).first(BatchRows::read).orElse(null);
        if (same != null) {
            return new Opened(same, false);
        }
        BatchEntry holder =
                statements.sql(HOLDER).set(key).first(BatchRows::read).orElse(null);
        return holder == null ? null : new Opened(holder, true);
    }

    /** As it stands in the table. */
    static @Nullable String text(@Nullable KeyHash hash) {
        return hash == null ? null : "%016x%016x".formatted(hash.high(), hash.low());
    }

    static @Nullable KeyHash hash(@Nullable String text) {
        return text == null
                ? null
                : new KeyHash(
                        Long.parseUnsignedLong(text.substring(0, 16), 16),
                        Long.parseUnsignedLong(text.substring(16), 16));
    }

    /**
     * Items that were brought to a batch, whose row this transaction has alone.
     *
     * @param number of the batch
     * @param fresh those that are to be stored, in order
     * @param known how many of the others are there as they were brought: an earlier call stored them, of which nobody heard
     */
    public record Brought(long number, int items, int size, boolean givenUp, List<NewItem> fresh, int known) {
        /** Runs to be stored, unless earlier ones answer for them. */
        public List<KeyedRun> runs() {
            List<KeyedRun> runs = new ArrayList<>();
            for (NewItem item : fresh) {
                if (item instanceof NewItem.Wanted wanted) {
                    runs.add(wanted.keyed());
                }
            }
            return runs;
        }

        /**
         * As they are to be stored.
         *
         * @param stored what became of {@link #runs}
         */
        public List<BatchMember> members(List<KeyStore.Stored> stored) {
            List<BatchMember> members = new ArrayList<>(fresh.size());
            int next = 0;
            for (NewItem item : fresh) {
                members.add(
                        switch (item) {
                            case NewItem.Wanted wanted ->
                                new BatchMember(
                                        wanted.index(), stored.get(next++).run(), null);
                            case NewItem.Refused refused ->
                                new BatchMember(refused.index(), refused.run(), refused.item());
                        });
            }
            return members;
        }
    }

    /** Takes the batch's row, and sorts what is brought to it. Empty if there is no such batch. */
    public static Optional<Brought> bring(
            Statements statements, Dialect dialect, BatchId batch, List<NewItem> items, long now) throws SQLException {
        Optional<Brought> open = statements
                .sql(BatchRows.ALL + " where id = ?" + dialect.lock())
                .set(batch.toString())
                .first(row -> {
                    BatchEntry entry = BatchRows.read(row);
                    return new Brought(
                            row.getLong(11), entry.came(), entry.size(), isGivenUp(entry, now), List.of(), 0);
                });
        if (open.isEmpty() || open.get().givenUp() || items.isEmpty()) {
            return open;
        }
        return Optional.of(
                sorted(open.get(), items, known(statements, dialect, open.get().number(), items)));
    }

    /** Also where it is to be, and nobody has written that down yet. */
    private static boolean isGivenUp(BatchEntry batch, long now) {
        Instant last = batch.filledAt() == null ? batch.createdAt() : batch.filledAt();
        return batch.came() < batch.size()
                && (batch.completedAt() != null || Times.micros(last) <= now - Times.micros(Batches.OPEN_FOR));
    }

    private static Brought sorted(Brought open, List<NewItem> items, Map<Integer, RunId> known) {
        List<NewItem> fresh = new ArrayList<>();
        Set<Integer> taken = new HashSet<>();
        int before = 0;
        for (NewItem item : items) {
            RunId there = known.get(item.index());
            if (there == null && taken.add(item.index())) {
                fresh.add(item);
            } else if (item.run().equals(there)) {
                before++;
            }
        }
        return new Brought(open.number(), open.items(), open.size(), false, fresh, before);
    }

    private static Map<Integer, RunId> known(Statements statements, Dialect dialect, long batch, List<NewItem> items)
            throws SQLException {
        long first = items.stream().mapToInt(NewItem::index).min().orElse(0);
        long last = items.stream().mapToInt(NewItem::index).max().orElse(0);
        Map<Integer, RunId> known = new HashMap<>();
        statements
                .sql(KNOWN)
                .set(batch)
                .set(first)
                .set(last)
                .each(row -> known.put(row.getInt(1), dialect.ids().id(row, 2)));
        return known;
    }

    /** Counts those that were stored, the last thing of all. */
    public static Filled count(Statements statements, Brought brought, long now) throws SQLException {
        int fresh = brought.fresh().size();
        if (fresh > 0) {
            statements
                    .sql(COUNT)
                    .set((long) fresh)
                    .set(now)
                    .set(brought.number())
                    .update();
        }
        return new Filled(fresh + brought.known(), brought.items() + fresh, brought.size(), brought.givenUp());
    }

    public static List<BatchItem.Refused> refused(Statements statements, BatchId batch) throws SQLException {
        return statements
                .sql(REFUSED)
                .set(BatchRows.number(statements, batch))
                .list(row -> new BatchItem.Refused(row.getInt(1), row.getString(2), row.getString(3)));
    }

    /** Those that nobody brings anything to any more take nothing from now on. Answers how many. */
    public static int giveUp(Statements statements, long now) throws SQLException {
        return statements
                .sql(GIVE_UP)
                .set(now)
                .set(now - Times.micros(Batches.OPEN_FOR))
                .update();
    }
}

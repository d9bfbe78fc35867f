package dev.errand.store.sqlite;

import dev.errand.Retention;
import dev.errand.RunState;
import dev.errand.store.format.Times;
import dev.errand.store.sql.LogSize;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Deletes ended runs, tokens and events past their retention, the oldest first, in slices that hold nobody up. */
final class Pruning {
    /** Rates that hold nothing up. */
    private static final String RATES =
            "delete from rate where account in (select account from rate where due < ? limit 10000)";

    private static final int SLICE = 500;
    private static final int COMMITS = 16;
    private static final int MOST_BATCH_ROUNDS = 200;
    private static final int BATCHES = 20;
    private static final int MOST_TOKEN_SLICES = 200;
    private static final List<RunState> KINDS = List.of(RunState.COMPLETED, RunState.FAILED, RunState.CANCELED);

    /** Some have been deleted since, or were retried; what ended again after that is told of in a later commit. */
    private static final String PAST = "select number from outcome where number = ? and ended <= ? and retriable = 0";

    private static final String DELETE_FINISH = "delete from finish where position = ?";
    /** How many events there are in each slice of positions from one on. */
    private static final String SLICES =
            "select position / %d, sum(events) from event where position >= ? group by 1".formatted(LogSize.SLICE);

    private static final String ROWS =
            "select position, events from event where position between ? and ? order by position desc";
    private static final String OLDEST_EVENTS = "select position, at from event order by position limit ?";
    private static final String DELETE_EVENTS = "delete from event where position <= ?";

    private record Counted(Database database) implements LogSize.Log {
        @Override
        public List<LogSize.Part> slices(long from) throws SQLException {
            return database.sql(SLICES).set(from).list(LogSize.Part::read);
        }

        @Override
        public List<LogSize.Part> rows(long from, long upTo) throws SQLException {
            return database.sql(ROWS).set(from).set(upTo).list(LogSize.Part::read);
        }
    }

    private final Writer writer;
    private final Readers readers;
    private final TokenPruning tokens;
    private final LogSize size = new LogSize();

    Pruning(Writer writer, Readers readers) {
        this.writer = writer;
        this.readers = readers;
        this.tokens = new TokenPruning(writer, readers, MOST_TOKEN_SLICES);
    }

    /** Answers how many runs were deleted. */
    int prune(Retention retention, int limit) {
        long now = writer.call(Tx::now);
        int deleted = 0;
        for (RunState state : KINDS) {
            Duration stay = retention.of(state);
            if (stay != null) {
                deleted += prune(Finishes.kind(state), now - Times.micros(stay), limit - deleted);
            }
        }
        Duration completed = retention.of(RunState.COMPLETED);
        if (completed != null) {
            tokens.prune(now - Times.micros(completed));
        }
        writer.call(Batches::giveUp);
        Duration longest = retention.longest();
        writer.call(tx -> Builds.prune(tx, longest));
        if (longest != null) {
            int rounds = 0;
            while (writer.call(tx -> Batches.prune(tx, now - Times.micros(longest), BATCHES)) == BATCHES
                    && ++rounds < MOST_BATCH_ROUNDS) {
                // The next slice.
            }
        }
        writer.call(Arrivals::forget);
        while (writer.call(tx -> Keys.prune(tx, SLICE)) == SLICE) {
            // The next slice.
        }
        writer.call(tx -> tx.sql(RATES).set(tx.now()).update());
        trimEvents(retention, deleted < limit);
        return deleted;
    }

    private int prune(int kind, long until, int limit) {
        int deleted = 0;
        List<Finishes.Finish> commits = oldest(kind, until);
        while (!commits.isEmpty() && deleted < limit) {
            for (Finishes.Finish commit : commits) {
                deleted += prune(commit, limit - deleted);
            }
            commits = oldest(kind, until);
        }
        return deleted;
    }

    private List<Finishes.Finish> oldest(int kind, long until) {
        return readers.ask(database -> Finishes.oldest(database, kind, until, COMMITS));
    }

    /** The runs that ended in one commit, and the word of it once all are gone. */
    private int prune(Finishes.Finish commit, int limit) {
        int deleted = 0;
        int from = 0;
        while (from < commit.runs().length && deleted < limit) {
            int to = Math.min(from + Math.min(SLICE, limit - deleted), commit.runs().length);
            long[] slice = Arrays.copyOfRange(commit.runs(), from, to);
            deleted += writer.call(tx -> prune(tx, slice, commit.at()));
            from = to;
        }
        if (from == commit.runs().length) {
            writer.call(tx -> tx.sql(DELETE_FINISH).set(commit.position()).update());
        }
        return deleted;
    }

    private static int prune(Tx tx, long[] runs, long ended) throws SQLException {
        List<Long> past = new ArrayList<>();
        for (long run : runs) {
            tx.sql(PAST).set(run).set(ended).each(row -> past.add(row.getLong(1)));
        }
        Deleting.delete(tx, past);
        return past.size();
    }

    /** @param counts whether to look how many there are; that can wait while there are runs to be deleted */
    private void trimEvents(Retention retention, boolean counts) {
        Long most = counts ? retention.mostEvents() : null;
        long tooMany = most == null ? 0 : readers.ask(database -> size.tooMany(most, new Counted(database)));
        while (writer.call(tx -> trimSlice(tx, retention.events(), tooMany)) == SLICE) {
            // The next slice.
        }
        size.deleted(tooMany);
    }

    private static int trimSlice(Tx tx, @Nullable Duration stay, long tooMany) throws SQLException {
        long until = stay == null ? Long.MIN_VALUE : tx.now() - Times.micros(stay);
        List<Long> past = new ArrayList<>();
        List<Long> young = new ArrayList<>();
        tx.sql(OLDEST_EVENTS).set((long) SLICE).each(row -> {
            boolean old = young.isEmpty() && (row.getLong(2) < until || row.getLong(1) <= tooMany);
            (old ? past : young).add(row.getLong(1));
        });
        if (!past.isEmpty()) {
            tx.sql(DELETE_EVENTS).set(past.getLast()).update();
        }
        return past.size();
    }
}

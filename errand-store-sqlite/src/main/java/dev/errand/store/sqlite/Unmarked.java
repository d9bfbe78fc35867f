package dev.errand.store.sqlite;

import dev.errand.Event;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.format.EventDecoder;
import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What processes of the version before have ended while anything was awaited, of which they know nothing. All they do for it is a small row for each
 * of their commits, by a trigger; whose ends these were, the events of the commit tell. What became of an end before anybody looked, by a
 * retry or by retention, other triggers have marked.
 */
final class Unmarked {
    private static final int COMMITS = 16;
    private static final int SLICE = 1000;

    private static final String OLDEST = """
            select unmarked.event, event.position, event.body
              from unmarked
              left join event on event.position = unmarked.event
             order by unmarked.event
             limit ?
            """;

    private static final Batch ENDED = new Batch("""
            select run.number
              from run
             cross join outcome on outcome.number = run.number
             where run.id in (%s)
            """, "?");

    /** Without events: looks at all runs that have not ended. Not at tokens, which have no number and are ended by nobody who does not mark. */
    private static final String ALL_ENDED = """
            select awaited.number
              from awaited
             cross join outcome on outcome.number = awaited.number
             where awaited.state = 0 and awaited.number > 0
             limit ?
            """;

    private static final String FORGET = "delete from unmarked where event <= ?";

    /** A commit of such a process; without events if they are there no more. */
    private record Commit(long position, byte @Nullable [] events, boolean gone) {
        static Commit read(ResultSet row) throws SQLException {
            return new Commit(row.getLong(1), row.getBytes(3), Sql.nullable(row, 2) == null);
        }

        /** Which runs ended in it. */
        List<RunId> ended() {
            return events == null
                    ? List.of()
                    : new EventDecoder(events, position, 0, 0, task -> "")
                            .events().stream()
                                    .filter(Commit::isEnd)
                                    .map(Event::run)
                                    .toList();
        }

        private static boolean isEnd(Event event) {
            RunState to = event.to();
            return to != null && to.isTerminal();
        }
    }

    /**
     * Some of it.
     *
     * @param runs numbers of runs that have ended
     */
    record Ends(List<Long> runs, boolean more) {
        static final Ends NONE = new Ends(List.of(), false);
    }

    private Unmarked() {}

    /** To be marked in this transaction: they are not told of again. */
    static Ends take(Tx tx) throws SQLException {
        List<Commit> commits = tx.sql(OLDEST).set((long) COMMITS).list(Commit::read);
        if (commits.isEmpty()) {
            return Ends.NONE;
        }
        if (commits.stream().anyMatch(Commit::gone)) {
            return takeAll(tx);
        }
        List<RunId> ids = new ArrayList<>();
        commits.forEach(commit -> ids.addAll(commit.ended()));
        tx.sql(FORGET).set(commits.getLast().position()).update();
        return new Ends(numbers(tx, ids), commits.size() == COMMITS);
    }

    private static List<Long> numbers(Tx tx, List<RunId> ids) throws SQLException {
        List<Long> numbers = new ArrayList<>();
        for (int from = 0; from < ids.size(); ) {
            int size = Batch.size(ids.size() - from);
            Sql ended = tx.sql(ENDED.text(size));
            for (RunId id : ids.subList(from, from + size)) {
                ended.set(Ids.bytes(id));
            }
            ended.each(row -> numbers.add(row.getLong(1)));
            from += size;
        }
        return numbers;
    }

    private static Ends takeAll(Tx tx) throws SQLException {
        List<Long> numbers = tx.sql(ALL_ENDED).set((long) SLICE).list(row -> row.getLong(1));
        boolean more = numbers.size() == SLICE;
        if (!more) {
            tx.sql(FORGET).set(Long.MAX_VALUE).update();
        }
        return new Ends(numbers, more);
    }
}

package dev.errand.store.postgres;

import dev.errand.Retention;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.format.States;
import dev.errand.store.format.Times;
import dev.errand.store.sql.BatchRows;
import dev.errand.store.sql.OpenBatches;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Deletes ended runs past their retention, in slices that hold nobody up. There is no index by the time of the end, which each run would
 * pay for. But what ended long ago was triggered long ago: outcomes are looked through from the oldest id, as far as runs may be past
 * their retention by the age of their ids, a bounded stretch with each call, and from the beginning again after that.
 */
final class Pruning {
    private static final int SLICE = 500;
    private static final int MOST_LOOKS = 200;
    private static final int BATCHES = 20;
    private static final int FRONTS = 5_000;

    private static final String NEXT = """
            select run, state, ended, retriable
              from errand.outcome
             where run > ?
             order by run
             limit ?
            """;

    /** Those nobody retries just now, and which ended as was seen. */
    private static final String LOCK = """
            select outcome.run
              from unnest(?::uuid[], ?::bigint[]) old(run, ended)
              join errand.outcome on outcome.run = old.run and outcome.ended = old.ended
             where not outcome.retriable
               for update of outcome skip locked
            """;

    /** Those that hold nothing up; looked at once more when it is their turn, since a claim may have counted a start meanwhile. */
    private static final String RATES = """
            delete from errand.rate
             where account = any(array(select account from errand.rate where due < ? limit 10000)) and due < ?
            """;

    private static final RunId BEGINNING = new RunId(0, 0);

    private record Ended(RunId run, RunState state, long ended, boolean retriable) {
        static Ended read(ResultSet row) throws SQLException {
            return new Ended(Ids.of(row.getObject(1)), States.of(row.getInt(2)), row.getLong(3), row.getBoolean(4));
        }

        boolean isPast(Retention retention, long now) {
            Duration stay = retention.of(state);
            return !retriable && stay != null && ended <= now - Times.micros(stay);
        }
    }

    /** What time it was, and whether there is more of them. */
    private record Leftovers(long now, boolean more) {}

    private final Desk desk;
    private final TokenPruning tokens = new TokenPruning();
    private final SignalPruning signals = new SignalPruning();
    private final EventPruning events;
    private RunId place = BEGINNING;
    private long front = Long.MIN_VALUE;

    Pruning(Desk desk) {
        this.desk = desk;
        this.events = new EventPruning(desk);
    }

    /** Answers how many runs were deleted. */
    synchronized int prune(Retention retention, int limit) {
        int rounds = 0;
        Leftovers left = desk.transact(tx -> leftovers(tx, retention));
        while (left.more() && ++rounds < MOST_LOOKS) {
            left = desk.transact(tx -> leftovers(tx, retention));
        }
        RunId end = youngest(retention, left.now());
        int deleted = 0;
        int looks = 0;
        while (deleted < limit && looks++ < MOST_LOOKS && place.compareTo(end) < 0) {
            int most = Math.min(SLICE, limit - deleted);
            deleted += desk.transact(tx -> look(tx, retention, most));
        }
        if (place.compareTo(end) >= 0) {
            place = BEGINNING;
        }
        events.prune(retention, deleted < limit);
        return deleted;
    }

    /** What is rarely there to be deleted, in one transaction: a slice each. */
    private Leftovers leftovers(Tx tx, Retention retention) throws SQLException {
        tx.sql(RATES).set(tx.now()).set(tx.now()).update();
        Duration longest = retention.longest();
        front = KeyFronts.prune(tx, front, FRONTS);
        boolean more = KeyedEnqueueing.prune(tx, SLICE) == SLICE || front != Long.MIN_VALUE;
        Builds.prune(tx, longest);
        OpenBatches.giveUp(tx::sql, tx.now());
        if (longest != null) {
            more |= BatchRows.prune(tx::sql, tx.now() - Times.micros(longest), BATCHES) == BATCHES;
        }
        Duration completed = retention.completed();
        if (completed != null) {
            more |= tokens.prune(tx, tx.now() - Times.micros(completed), SLICE);
        }
        more |= signals.prune(tx, SLICE);
        EventPruning.nodes(tx);
        return new Leftovers(tx.now(), more);
    }

    /** Runs with this id or a later one are too young, whatever became of them. */
    private static RunId youngest(Retention retention, long now) {
        Duration shortest = Stream.of(RunState.COMPLETED, RunState.FAILED, RunState.CANCELED)
                .flatMap(state -> Stream.ofNullable(retention.of(state)))
                .min(Duration::compareTo)
                .orElse(null);
        if (shortest == null) {
            return BEGINNING;
        }
        return IdTime.agrees(now) ? IdTime.id(now - Times.micros(shortest) + IdTime.MILLISECOND) : Walk.TOP;
    }

    /** Looks at the next slice of outcomes. */
    private int look(Tx tx, Retention retention, int most) throws SQLException {
        List<Ended> slice =
                tx.sql(NEXT).setObject(Ids.uuid(place)).set((long) SLICE).list(Ended::read);
        List<Ended> past = new ArrayList<>();
        RunId next = slice.size() < SLICE ? Walk.TOP : slice.getLast().run();
        for (Ended ended : slice) {
            if (ended.isPast(retention, tx.now())) {
                if (past.size() == most) { // the rest is for the next time
                    next = past.getLast().run();
                    break;
                }
                past.add(ended);
            }
        }
        List<RunId> locked = lock(tx, past);
        Deleting.delete(tx, locked);
        place = next;
        return locked.size();
    }

    private static List<RunId> lock(Tx tx, List<Ended> past) throws SQLException {
        return past.isEmpty()
                ? List.of()
                : tx.sql(LOCK)
                        .setObject(tx.array("uuid", Columns.ids(past, Ended::run)))
                        .setObject(tx.array("int8", Columns.longs(past, Ended::ended)))
                        .list(row -> Ids.of(row.getObject(1)));
    }
}

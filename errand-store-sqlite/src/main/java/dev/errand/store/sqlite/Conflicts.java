package dev.errand.store.sqlite;

import dev.errand.OnConflict;
import dev.errand.RunId;
import dev.errand.store.CancelReceipt;
import dev.errand.store.limits.Conflict;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Settles what becomes of a new run, or of another for its sake, where runs do not wait for a limit. Runs that were stored together are
 * settled one after another, and each counts only those before it: else two of them would each end the other.
 */
final class Conflicts {
    /** Through the indexes of what is claimable and of what limits count: all that is claimed under a limit is held. */
    private static final String COUNT = """
            select (select count(*)
                      from (select 1
                              from live
                             where state = 1 and claim is null and line between ?1 and ?2 and number < ?3
                             limit ?4))
                 + (select count(*) from live where held between ?1 and ?2 and number <> ?3)
                 + (select count(*) from lingering where line between ?1 and ?2)
            """;

    private static final String OLDEST_QUEUED = """
            select run.id, live.position, live.number, live.line
              from live join run on run.number = live.number
             where live.line between ? and ? and live.state = 1 and live.claim is null and not live.resumed and live.number < ?
             order by live.position, live.number
             limit 1
            """;

    private static final String OLDEST_CLAIMED = """
            select run.id, live.position, live.number, live.line
              from live join run on run.number = live.number
             where live.held between ? and ? and live.claim is not null and live.cancel is null and live.number <> ?
             order by live.position, live.number
             limit 1
            """;

    private record Found(RunId run, long position, long number, long line) {
        static Found read(ResultSet row) throws SQLException {
            return new Found(Ids.of(row.getBytes(1)), row.getLong(2), row.getLong(3), row.getLong(4));
        }
    }

    private Conflicts() {}

    /** After the run was stored, in the same transaction. */
    static void settle(Tx tx, RunId run, long number, long line) throws SQLException {
        List<Found> replaced = new ArrayList<>();
        for (Conflict conflict : tx.rules().conflictsOf(line)) {
            boolean settled = replaced.stream().anyMatch(one -> conflict.counts(one.line()));
            if (!settled && count(tx, conflict, number) >= conflict.limit()) {
                if (conflict.policy() == OnConflict.DROP) {
                    Requests.cancel(tx, run, conflict.dropped());
                    return;
                }
                replace(tx, conflict, run, number).ifPresent(replaced::add);
            }
        }
    }

    private static int count(Tx tx, Conflict conflict, long number) throws SQLException {
        int count = 0;
        for (Conflict.Range range : conflict.ranges()) {
            count += (int) tx.sql(COUNT)
                    .set(range.first())
                    .set(range.last())
                    .set(number)
                    .set((long) Math.max(0, conflict.limit() - count))
                    .number();
        }
        return count;
    }

    /** Answers what ends for the sake of the new run. */
    private static Optional<Found> replace(Tx tx, Conflict conflict, RunId run, long number) throws SQLException {
        Optional<Found> replaced = oldest(tx, OLDEST_QUEUED, conflict, number);
        if (replaced.isEmpty() && conflict.policy() == OnConflict.REPLACE_EXECUTING) {
            replaced = oldest(tx, OLDEST_CLAIMED, conflict, number);
            tx.callKeeper();
        }
        if (replaced.isPresent()) {
            CancelReceipt receipt = Requests.cancel(tx, replaced.get().run(), conflict.replaced(run));
            if (receipt.children()) {
                tx.callKeeper();
            }
        }
        return replaced;
    }

    private static Optional<Found> oldest(Tx tx, String statement, Conflict conflict, long number) throws SQLException {
        List<Found> found = new ArrayList<>();
        for (Conflict.Range range : conflict.ranges()) {
            tx.sql(statement)
                    .set(range.first())
                    .set(range.last())
                    .set(number)
                    .first(Found::read)
                    .ifPresent(found::add);
        }
        return found.stream().min(Comparator.comparingLong(Found::position).thenComparingLong(Found::number));
    }
}

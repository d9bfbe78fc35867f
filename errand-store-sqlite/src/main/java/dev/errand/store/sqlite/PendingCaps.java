package dev.errand.store.sqlite;

import dev.errand.QueueFullException;
import dev.errand.store.NewRun;
import dev.errand.store.limits.Lines;
import dev.errand.store.limits.PendingRoom;
import dev.errand.store.limits.Place;
import dev.errand.store.limits.Rules;
import dev.errand.store.limits.Scope;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Limits on how many runs are pending. There is one writer, so what it counts is exact. */
final class PendingCaps {
    private static final String QUEUED = """
            select count(*)
              from (select 1 from live where (line = ?1 or line between ?2 and ?3) and state = 1 and claim is null limit ?4)
            """;

    private static final String DELAYED = """
            select count(*)
              from (select 1 from live where (line = ?1 or line between ?2 and ?3) and state = 0 limit ?4)
            """;

    /** Needed by nobody else: there is one only as long as something is limited. */
    private static final String INDEX = "create index if not exists live_delayed on live (line) where state = 0";

    private static final String DROP_INDEX = "drop index if exists live_delayed";
    private static final String KNOWN = "select 1 from run where id = ?";

    private PendingCaps() {}

    /** Whether there may be too many of one of them. */
    static boolean any(Tx tx, List<NewRun> runs) throws SQLException {
        if (!tx.rules().anyCaps()) {
            return false;
        }
        Queues.addPlaces(tx, runs);
        return !tx.rules().capped(lines(tx, runs)).isEmpty();
    }

    private static List<Long> lines(Tx tx, List<NewRun> runs) throws SQLException {
        List<Long> lines = new ArrayList<>(runs.size());
        for (NewRun run : runs) {
            lines.add(tx.line(run.task(), run.options()));
        }
        return lines;
    }

    /**
     * Before anything is written of them. Their queues have places for them.
     *
     * @throws QueueFullException if there is no room for those of them that are not stored yet
     */
    static void require(Tx tx, List<NewRun> runs) throws SQLException {
        Rules rules = tx.rules();
        if (!rules.anyCaps()) {
            return;
        }
        try {
            take(tx, rules, runs);
        } catch (QueueFullException e) {
            List<NewRun> unknown = unknown(tx, runs);
            if (unknown.size() == runs.size()) {
                throw e;
            }
            take(tx, rules, unknown);
        }
    }

    private static void take(Tx tx, Rules rules, List<NewRun> runs) throws SQLException {
        new PendingRoom(rules, scope -> count(tx, rules, scope)).take(lines(tx, runs));
    }

    /** No more than are needed to see that there are too many. */
    private static long count(Tx tx, Rules rules, Scope scope) throws SQLException {
        Integer most = scope.limits().maxPending();
        long enough = most == null ? Integer.MAX_VALUE : most + 1L;
        long count = 0;
        for (Place place : rules.placesOf(scope)) {
            for (String of : List.of(QUEUED, DELAYED)) {
                count += tx.sql(of)
                        .set((long) place.number())
                        .set(Lines.firstKey(place.number()))
                        .set(Lines.lastKey(place.number()))
                        .set(enough)
                        .number();
            }
        }
        return count;
    }

    private static List<NewRun> unknown(Tx tx, List<NewRun> runs) throws SQLException {
        List<NewRun> unknown = new ArrayList<>();
        for (NewRun run : runs) {
            if (tx.sql(KNOWN).set(Ids.bytes(run.id())).first(row -> true).isEmpty()) {
                unknown.add(run);
            }
        }
        return unknown;
    }

    /** What is limited may be something else now. */
    static void changed(Tx tx, Rules before) throws SQLException {
        if (before.anyCaps() != tx.rules().anyCaps()) {
            tx.database().run(tx.rules().anyCaps() ? INDEX : DROP_INDEX);
        }
    }
}

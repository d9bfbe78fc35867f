package dev.errand.store.sqlite;

import dev.errand.store.Claim;
import dev.errand.store.format.Documents;
import dev.errand.store.format.JsonReader;
import dev.errand.store.format.Times;
import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/** Takes claimable runs from the heads of their tasks' lines: first come, first served over all of them together. */
final class Queues {
    private static final String HEADS = """
            select position, number
              from live
             where task = ? and state = 1 and claim is null and (expires is null or expires > ?)
             order by position, number
             limit ?
            """;

    private static final String READ = """
            select live.number, live.position, live.due, run.id, run.created, run.payload,
                   (run.name is not null) + 2 * (run.tags is not null) + 4 * (run.options is not null)
                       + 8 * (run.expires is not null) + 16 * (note.metadata is not null)
                       + 32 * (live.attempt > 1 or live.redeliveries > 0 or live.suspect),
                   run.name, run.tags, run.options, live.expires, note.metadata,
                   live.attempt, live.redeliveries, live.suspect
              from live
              join run on run.number = live.number
              left join note on note.run = live.number
             where live.task = ? and live.state = 1 and live.claim is null and (live.expires is null or live.expires > ?)
             order by live.position, live.number
             limit ?
            """;

    /** As {@link #CLAIM}, where what was read is all there is from the first number to the last: no second look at the line. */
    private static final String CLAIM_RANGE = """
            update live
               set claim = ?
             where number between ? and ?
            """;

    private static final String CLAIM = """
            update live
               set claim = ?
             where number in (
                select number
                  from live
                 where task = ? and state = 1 and claim is null and (expires is null or expires > ?)
                 order by position, number
                 limit ?)
            """;

    /** A run at its place in line. */
    private record Place(long position, long number, int task) {}

    /** A claim at its place in line. */
    private record Placed(long position, Claim claim) {}

    private Queues() {}

    static List<Claim> take(Tx tx, Collection<Integer> tasks, int max) throws SQLException {
        if (tasks.size() == 1) {
            int task = tasks.iterator().next();
            List<Placed> taken = takeFrom(tx, task, max, tx.newClaim());
            if (taken.size() < max) {
                tx.backlog().emptied(task);
            }
            return claims(taken);
        }
        long claim = tx.newClaim();
        List<Placed> taken = new ArrayList<>();
        for (var share : shares(tx, tasks, max).entrySet()) {
            taken.addAll(takeFrom(tx, share.getKey(), share.getValue(), claim));
        }
        taken.sort(Comparator.comparingLong(Placed::position)
                .thenComparingLong(placed -> placed.claim().number()));
        return claims(taken);
    }

    private static List<Claim> claims(List<Placed> placed) {
        List<Claim> claims = new ArrayList<>(placed.size());
        placed.forEach(one -> claims.add(one.claim()));
        return claims;
    }

    /** How many of the first in line belong to each task. */
    private static Map<Integer, Integer> shares(Tx tx, Collection<Integer> tasks, int max) throws SQLException {
        PriorityQueue<Place> line =
                new PriorityQueue<>(Comparator.comparingLong(Place::position).thenComparingLong(Place::number));
        for (int task : tasks) {
            List<Place> heads = tx.sql(HEADS)
                    .set((long) task)
                    .set(tx.now())
                    .set((long) max)
                    .list(row -> new Place(row.getLong(1), row.getLong(2), task));
            if (heads.isEmpty()) {
                tx.backlog().emptied(task);
            }
            line.addAll(heads);
        }
        Map<Integer, Integer> shares = new TreeMap<>();
        for (int taken = 0; taken < max && !line.isEmpty(); taken++) {
            shares.merge(line.remove().task(), 1, Integer::sum);
        }
        return shares;
    }

    private static List<Placed> takeFrom(Tx tx, int task, int max, long claim) throws SQLException {
        String id = tx.tasks().id(task);
        List<Placed> taken = tx.sql(READ)
                .set((long) task)
                .set(tx.now())
                .set((long) max)
                .list(row -> new Placed(row.getLong(2), read(row, claim, id)));
        if (!taken.isEmpty()) {
            markClaimed(tx, task, max, claim, taken);
        }
        return taken;
    }

    private static void markClaimed(Tx tx, int task, int max, long claim, List<Placed> taken) throws SQLException {
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (Placed placed : taken) {
            first = Math.min(first, placed.claim().number());
            last = Math.max(last, placed.claim().number());
        }
        if (last - first + 1 == taken.size()) {
            tx.sql(CLAIM_RANGE).set(claim).set(first).set(last).update();
        } else {
            tx.sql(CLAIM)
                    .set(claim)
                    .set((long) task)
                    .set(tx.now())
                    .set((long) max)
                    .update();
        }
    }

    /** Asks for no column that the seventh says is empty: each costs as much as a good part of the search. */
    private static Claim read(ResultSet row, long claim, String task) throws SQLException {
        int has = row.getInt(7);
        boolean again = (has & 32) != 0;
        var options = Documents.options((has & 4) == 0 ? null : row.getString(10));
        return new Claim(
                claim,
                row.getLong(1),
                Ids.of(row.getBytes(4)),
                task,
                (has & 1) == 0 ? null : row.getString(8),
                (has & 2) == 0 ? List.of() : JsonReader.texts(row.getString(9)),
                again ? row.getInt(13) : 1,
                again ? row.getInt(14) : 0,
                again && row.getInt(15) != 0,
                Times.instant(row.getLong(5)),
                Times.instant(row.getLong(3)),
                (has & 8) == 0 ? null : Times.instant(Sql.nullable(row, 11)),
                row.getBytes(6),
                (has & 16) == 0 ? options.metadata() : row.getString(12),
                options);
    }
}

package dev.errand.store.sqlite;

import dev.errand.store.Claim;
import dev.errand.store.format.Documents;
import dev.errand.store.format.JsonReader;
import dev.errand.store.format.Times;
import dev.errand.store.limits.Lines;
import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Takes claimable runs from the heads of their lines where no limit is to be kept: of each line its first, and of several each in its turn, but
 * for those of one queue, which are one order.
 */
final class Heads {
    /** So many queues share what one look may take, at most, so that each has a stretch of runs and not one. */
    private static final int MOST_QUEUES = 32;

    private static final String COLUMNS = """
            select live.number, live.position, live.due, run.id, run.created, run.payload,
                   (run.name is not null) + 2 * (run.tags is not null) + 4 * (run.options is not null)
                       + 8 * (run.expires is not null) + 16 * (note.metadata is not null)
                       + 32 * (live.attempt > 1 or live.redeliveries > 0 or live.suspect or live.resumed),
                   run.name, run.tags, run.options, live.expires, note.metadata,
                   live.attempt, live.redeliveries, live.suspect, live.resumed, live.line
            """;

    private static final String READ = COLUMNS + """
              from live
              join run on run.number = live.number
              left join note on note.run = live.number
             where live.line = ? and live.state = 1 and live.claim is null and (live.expires is null or live.expires > ?)
             order by live.position, live.number
             limit ?
            """;

    /** One statement for many lines costs a good part less than one for each. */
    private static final String READ_FIRSTS = COLUMNS + """
              from json_each(?) asked
             cross join live on live.number = (
                select number
                  from live
                 where line = asked.value and state = 1 and claim is null and (expires is null or expires > ?)
                 order by position, number
                 limit 1)
              join run on run.number = live.number
              left join note on note.run = live.number
            """;

    /** As {@link #CLAIM}, where what was read is all there is from the first number to the last: no second look at the line. */
    private static final String CLAIM_RANGE = """
            update live
               set claim = ?
             where number between ? and ?
            """;

    /** Where limits count what is claimed. */
    private static final String HOLD =
            "update live set claim = ?, held = line where number in (select value from json_each(?))";

    private static final String CLAIM = """
            update live
               set claim = ?
             where number in (
                select number
                  from live
                 where line = ? and state = 1 and claim is null and (expires is null or expires > ?)
                 order by position, number
                 limit ?)
            """;

    /** Runs are claimed in stretches, and new ones have no steps: one look at where all of theirs would lie serves for many. */
    private static final String ANY_STEPS = "select exists (select 1 from step where run between ? and ?)";

    private static final Batch WITH_STEPS =
            new Batch("select column1 from (values %s) where exists (select 1 from step where run = column1)", "(?)");

    /** A claim at its place in line. */
    record Placed(long position, Claim claim) {
        static final Comparator<Placed> IN_ORDER = Comparator.comparingLong(Placed::position)
                .thenComparingLong(placed -> placed.claim().number());
    }

    private Heads() {}

    /**
     * Takes at most so many from queues in their turns, from each its share of what is wanted: so one that has very much keeps none waiting.
     *
     * @param which the places where no limit is to be kept, whose numbers are those of their lines without a key
     */
    static List<Claim> take(Tx tx, IntPredicate which, int max) throws SQLException {
        long claim = tx.newClaim();
        List<Placed> taken = new ArrayList<>();
        List<List<Integer>> queues = tx.backlog().next(MOST_QUEUES, which, tx.rules());
        boolean several =
                queues.size() > 1 || (!queues.isEmpty() && queues.getFirst().size() > 1);
        while (taken.size() < max && !queues.isEmpty()) {
            int others = queues.size();
            for (List<Integer> lines : queues) {
                int share = Math.ceilDiv(max - taken.size(), others--);
                if (share > 0) {
                    taken.addAll(
                            lines.size() == 1
                                    ? takeShare(tx, lines.getFirst(), share, claim)
                                    : takeFirst(tx, lines, share, claim));
                    tx.backlog().served(lines.getFirst(), tx.rules());
                }
            }
            queues = tx.backlog().next(MOST_QUEUES, which, tx.rules());
        }
        if (several) {
            taken.sort(Placed.IN_ORDER);
        }
        return claims(taken);
    }

    private static List<Placed> takeShare(Tx tx, int line, int share, long claim) throws SQLException {
        List<Placed> taken = takeFrom(tx, line, share, claim);
        if (taken.size() < share) {
            tx.backlog().emptied(line);
        }
        return taken;
    }

    /** Of all lines of a queue together the first. */
    private static List<Placed> takeFirst(Tx tx, List<Integer> lines, int share, long claim) throws SQLException {
        List<Merged.Head> heads = new ArrayList<>();
        Map<Integer, Integer> known = new HashMap<>();
        for (int line : lines) {
            List<Merged.Head> ofLine = Merged.of(tx, line, share);
            heads.addAll(ofLine);
            known.put(line, ofLine.size());
        }
        Map<Long, Integer> first = Merged.first(heads, share, line -> true);
        List<Placed> taken = new ArrayList<>();
        for (Map.Entry<Integer, Integer> line : known.entrySet()) {
            int wanted = first.getOrDefault((long) line.getKey(), 0);
            if (wanted > 0) {
                taken.addAll(takeFrom(tx, line.getKey(), wanted, claim));
            }
            if (wanted == line.getValue() && wanted < share) {
                tx.backlog().emptied(line.getKey());
            }
        }
        return taken;
    }

    private static List<Claim> claims(List<Placed> placed) {
        List<Claim> claims = new ArrayList<>(placed.size());
        placed.forEach(one -> claims.add(one.claim()));
        return claims;
    }

    private static List<Placed> takeFrom(Tx tx, long line, int max, long claim) throws SQLException {
        List<Placed> taken = read(tx, line, max, claim);
        if (!taken.isEmpty()) {
            markClaimed(tx, line, max, claim, taken);
        }
        return taken;
    }

    /** The first of one line, to be {@link #hold held}, or marked as claimed otherwise, before anybody looks there again. */
    static List<Placed> read(Tx tx, long line, int max, long claim) throws SQLException {
        String id = tx.tasks().id(tx.rules().place(Lines.place(line)).task());
        return tx.sql(READ)
                .set(line)
                .set(tx.now())
                .set((long) max)
                .list(row -> new Placed(row.getLong(2), read(row, claim, id)));
    }

    /** As {@link #read}, of each of these lines of one place the first, by its line. */
    static Map<Long, Placed> readFirsts(Tx tx, List<Long> lines, long claim) throws SQLException {
        String id =
                tx.tasks().id(tx.rules().place(Lines.place(lines.getFirst())).task());
        Map<Long, Placed> firsts = HashMap.newHashMap(lines.size());
        tx.sql(READ_FIRSTS)
                .set(array(lines.stream()))
                .set(tx.now())
                .each(row -> firsts.put(row.getLong(17), new Placed(row.getLong(2), read(row, claim, id))));
        return firsts;
    }

    private static String array(Stream<Long> numbers) {
        return numbers.map(String::valueOf).collect(Collectors.joining(",", "[", "]"));
    }

    /** Marks those of many lines as claimed where limits count them: with one statement, in the order in which they lie. */
    static void hold(Tx tx, List<Claim> claims, long claim) throws SQLException {
        if (!claims.isEmpty()) {
            String numbers = array(claims.stream().map(Claim::number).sorted());
            tx.sql(HOLD).set(claim).set(numbers).update();
        }
    }

    private static void markClaimed(Tx tx, long line, int max, long claim, List<Placed> taken) throws SQLException {
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (Placed placed : taken) {
            first = Math.min(first, placed.claim().number());
            last = Math.max(last, placed.claim().number());
        }
        List<Claim> claims = new ArrayList<>(taken.stream().map(Placed::claim).toList());
        markWithSteps(tx, claims);
        for (int i = 0; i < claims.size(); i++) {
            taken.set(i, new Placed(taken.get(i).position(), claims.get(i)));
        }
        if (last - first + 1 == taken.size()) {
            tx.sql(CLAIM_RANGE).set(claim).set(first).set(last).update();
        } else {
            tx.sql(CLAIM).set(claim).set(line).set(tx.now()).set((long) max).update();
        }
    }

    /** Says of those of whose steps something is kept that it may be; new ones are claimed in stretches without any. */
    static void markWithSteps(Tx tx, List<Claim> claims) throws SQLException {
        LongSummaryStatistics numbers = claims.stream().mapToLong(Claim::number).summaryStatistics();
        if (claims.isEmpty()
                || tx.sql(ANY_STEPS).set(numbers.getMin()).set(numbers.getMax()).number() == 0) {
            return;
        }
        Set<Long> withSteps = new HashSet<>();
        for (int from = 0; from < claims.size(); ) {
            int size = Batch.size(claims.size() - from);
            Sql question = tx.sql(WITH_STEPS.text(size));
            for (Claim each : claims.subList(from, from + size)) {
                question.set(each.number());
            }
            question.each(row -> withSteps.add(row.getLong(1)));
            from += size;
        }
        claims.replaceAll(each -> withSteps.contains(each.number()) ? each.perhapsWithSteps() : each);
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
                again && row.getInt(16) != 0,
                Times.instant(row.getLong(5)),
                Times.instant(row.getLong(3)),
                (has & 8) == 0 ? null : Times.instant(Sql.nullable(row, 11)),
                row.getBytes(6),
                (has & 16) == 0 ? options.metadata() : row.getString(12),
                options,
                null,
                !again);
    }
}

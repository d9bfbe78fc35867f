package dev.errand.store.postgres;

import dev.errand.RunId;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Marks who waits for values that were changed, after the commits of these. Invariant: whichever commits first, the wait or the change, no run
 * stays WAITING whose value has another version than it read.
 *
 * <p>Four transactions have to do with it. A <i>wait</i> writes its row of {@code errand.awaited} as one that has happened, and reads no value. A
 * <i>change</i> writes the value and a row of {@code errand.changed}, and reads no wait. A <i>look</i> ({@link Awaiting#WAKE}) compares what
 * a wait has read with the value, as both were at one moment: another version, and the run goes on; the same, and the wait is open. What happens
 * here turns open waits for a changed value into such that have happened, for another look. A wait that is committed before the change is seen
 * here, or began later than this looked for it: then every look at it sees the change. And a look that does not see the change, as it began
 * before, has locked the wait or finds it written anew: so here the row is waited for, and written even if it stays the same. What others have
 * written since a look began it cannot change; so it is left for the next.
 *
 * <p>Rows are locked in the order of their keys, as by all. Where many wait, they are marked one part after the other, each in a transaction.
 */
final class ValueChanges {
    /** Changes at a time. */
    private static final int MOST = 100;
    /** Waits at a time, about. */
    private static final int SLICE = 500;

    /** Those that were not looked through, see {@link Changes}. */
    private static final String TAKE = """
            select c.place, c.subject, c.after, pg_current_snapshot()::text
              from <since>
             cross join lateral (
                 select ctid as place, subject, after
                   from errand.changed
                  where tx between s.low and s.high
                  order by tx, version
                  limit ?
                    for update skip locked) c
             limit ?
            """.replace("<since>", Changes.SINCE);

    /** The next of all, in the order of their runs; of the last run all. */
    static final String WAITS = """
            select w.run, w.subject
              from unnest(?::uuid[], ?::uuid[]) u(subject, after)
             cross join lateral (
                 select run, subject
                   from errand.awaited
                  where kind = 2 and state <> 2 and subject = u.subject and run > u.after
                  order by subject, run
                  limit ?) w
             order by w.run
             fetch first ? rows with ties
            """;

    static final String LOCK = """
            with wanted as materialized (
                select run, subject
                  from unnest(?::uuid[], ?::uuid[]) u(run, subject)
                 order by run, subject)
            select a.place
              from wanted w
             cross join lateral (
                 select ctid as place
                   from errand.awaited
                  where run = w.run and kind = 2 and subject = w.subject and state + 0 <> 2
                  limit 1
                    for update) a
            """;

    /** In a statement of its own: the one that locks does not see what it has waited for. */
    private static final String MARK =
            "update errand.awaited set state = case when armed = 0 then 2 else 1 end where ctid = any(?::tid[])";

    private static final String DONE = "delete from errand.changed where ctid = any(?::tid[])";

    private static final String GO_ON =
            "update errand.changed set after = greatest(after, ?::uuid) where ctid = any(?::tid[])";

    /** Whether somebody else has some that were to be seen at a moment. What came later does not count, or there would always be something. */
    private static final String LEFT = """
            select true
              from <since>
             cross join lateral (
                 select true
                   from errand.changed
                  where tx between s.low and s.high and pg_visible_in_snapshot(tx, ?::text::pg_snapshot)
                  limit 1) c
             limit 1
            """.replace("<since>", Changes.SINCE);

    /** One, and the moment at which it was seen. */
    private record Change(String place, UUID subject, RunId after, String seen) {
        static Change read(ResultSet row) throws SQLException {
            return new Change(row.getString(1), (UUID) row.getObject(2), Ids.of(row.getObject(3)), row.getString(4));
        }
    }

    private record Wait(RunId run, UUID subject) {
        static Wait read(ResultSet row) throws SQLException {
            return new Wait(Ids.of(row.getObject(1)), (UUID) row.getObject(2));
        }
    }

    /**
     * What was done.
     *
     * @param waits how many were to be marked
     * @param more whether there may be more to do
     * @param none a moment of whose changes none are left, see {@link Changes}; null if some are
     */
    record Marked(int waits, boolean more, @Nullable String none) {}

    private ValueChanges() {}

    /** A part of it, of what was changed since a moment. The transaction locks nothing else. */
    static Marked mark(Tx tx, String since) throws SQLException {
        List<Change> changes = Changes.since(tx.sql(TAKE), since)
                .set((long) MOST)
                .set((long) MOST)
                .list(Change::read);
        if (changes.isEmpty()) {
            return new Marked(0, false, null);
        }
        List<Wait> waits = waits(tx, changes);
        if (!waits.isEmpty()) {
            mark(tx, waits);
        }
        boolean all = waits.size() < SLICE;
        Array places = tx.array("tid", Columns.texts(changes, Change::place));
        if (all) {
            tx.sql(DONE).setObject(places).update();
        } else {
            tx.sql(GO_ON)
                    .setObject(Ids.uuid(waits.getLast().run()))
                    .setObject(places)
                    .update();
        }
        boolean more = !all || changes.size() == MOST;
        String seen = changes.getFirst().seen();
        return new Marked(waits.size(), more, more || isLeft(tx, since, seen) ? null : seen);
    }

    private static boolean isLeft(Tx tx, String since, String seen) throws SQLException {
        return Changes.since(tx.sql(LEFT), since).set(seen).first(row -> true).isPresent();
    }

    private static List<Wait> waits(Tx tx, List<Change> changes) throws SQLException {
        Map<UUID, RunId> places = new HashMap<>();
        for (Change change : changes) {
            places.merge(change.subject(), change.after(), (one, other) -> one.compareTo(other) < 0 ? one : other);
        }
        List<Map.Entry<UUID, RunId>> each = List.copyOf(places.entrySet());
        return tx.sql(WAITS)
                .setObject(new UuidArray(each.stream().map(Map.Entry::getKey).toArray(UUID[]::new)))
                .setObject(new UuidArray(Columns.ids(each, Map.Entry::getValue)))
                .set((long) SLICE)
                .set((long) SLICE)
                .list(Wait::read);
    }

    private static void mark(Tx tx, List<Wait> waits) throws SQLException {
        List<String> places = tx.sql(LOCK)
                .setObject(new UuidArray(Columns.ids(waits, Wait::run)))
                .setObject(new UuidArray(waits.stream().map(Wait::subject).toArray(UUID[]::new)))
                .list(row -> row.getString(1));
        tx.sql(MARK)
                .setObject(tx.array("tid", Columns.texts(places, place -> place)))
                .update();
    }
}

package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.format.States;
import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a run that has not ended stands: its row of the chunk table, which it has for itself or shares with its neighbours.
 *
 * @param single whether it was set apart
 * @param last the same as the first if it never shared the row
 * @param name the run's
 * @param runExpires what the run itself says, which the row says for all of its runs
 */
record Whereabouts(
        RunId run,
        int task,
        long line,
        long position,
        RunId first,
        boolean single,
        RunId last,
        int state,
        int attempt,
        int redeliveries,
        boolean suspect,
        boolean resumed,
        long batch,
        int priority,
        long claim,
        long due,
        @Nullable Long expires,
        @Nullable Long started,
        @Nullable String cancel,
        @Nullable String name,
        @Nullable Long runExpires,
        @Nullable Long held,
        @Nullable Long share,
        @Nullable Long permits) {

    /** Where runs stand that are not due yet. */
    static final long NOT_DUE = Chunks.NOT_DUE;

    /** The ids of a chunk's runs span no more. */
    private static final long WIDEST_MILLIS = 1_000;

    private static final int MOST_TRIES = 10;

    private static final String RUN =
            "select task, coalesce(line, task), position, batch, expires, name from errand.run where id = ?";

    private static final String COLUMNS = """
            select line, position, first, single, last, state, attempt, redeliveries, suspect, batch, priority, claim, due,
                   expires, started, cancel, held, share, permits, resumed
              from errand.chunk
            """;

    private static final String LOCK = "for update";
    private static final String SINGLE = COLUMNS + "where single and first = ? for update";

    /** Its row, where it came or where those stand that are not due. Through the index at both, whatever the statistics say. */
    private static final String SHARED = """
            select k.*
              from unnest(array[?, 9223372036854775807]) place
             cross join lateral (
            """ + COLUMNS + """
                 where line = ? and position = place and not single and batch = ? and first between ? and ? and last >= ?
                 limit 1
                   for update) k
            """;

    private static final String HAS_ENDED = "select exists (select 1 from errand.outcome where run = ?)";

    private static final String ROW = " where line = ? and position = ? and first = ? and single = ?";
    private static final String TRY_LOCK = "select true from errand.chunk" + ROW + " for update skip locked";
    private static final String DELETE = "delete from errand.chunk" + ROW;
    private static final String MARK_DIRTY = "update errand.chunk set dirty = true, disturbed = claim <> 0" + ROW;

    private static final String MARK_ORIGIN = """
            with origin as (
            """ + SHARED + """
            )
            update errand.chunk k
               set dirty = true, disturbed = k.claim <> 0
              from origin
             where k.line = origin.line and k.position = origin.position and k.first = origin.first and k.single = origin.single
            """;

    private static final String INSERT = """
            insert into errand.chunk (line, position, first, last, single, state, attempt, redeliveries, suspect, batch, runs, priority,
                                      claim, due, expires, started, cancel, held, share, permits, resumed)
            values (?, ?, ?, ?, true, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    /** What a run says of the chunk it came with. */
    private record Origin(
            int task,
            long line,
            long position,
            long batch,
            @Nullable Long expires,
            @Nullable String name) {
        static Origin read(ResultSet row) throws SQLException {
            return new Origin(
                    row.getInt(1),
                    row.getLong(2),
                    row.getLong(3),
                    row.getLong(4),
                    Sql.nullable(row, 5),
                    row.getString(6));
        }
    }

    /**
     * Finds the row and locks it until the transaction ends: nobody claims, records or moves the run meanwhile. Waits for those who
     * do.
     *
     * @return null if there is no such run, or it has ended
     */
    static @Nullable Whereabouts lock(Tx tx, RunId run) throws SQLException {
        return find(tx, run, LOCK);
    }

    /** As {@link #lock}, but leaves the row to others, and waits for nobody. */
    static @Nullable Whereabouts look(Tx tx, RunId run) throws SQLException {
        return find(tx, run, "");
    }

    private static @Nullable Whereabouts find(Tx tx, RunId run, String lock) throws SQLException {
        Origin origin = tx.sql(RUN).setObject(Ids.uuid(run)).first(Origin::read).orElse(null);
        if (origin == null) {
            return null;
        }
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            Whereabouts single = single(tx, run, origin, lock);
            if (single != null) {
                return single;
            }
            Whereabouts shared = shared(tx, run, origin, lock);
            if (hasEnded(tx, run)) {
                return null;
            }
            if (shared != null) {
                Whereabouts setApart = single(tx, run, origin, lock); // while this one waited for the lock
                return setApart == null ? shared : setApart;
            }
            // It moved between the two looks, such as into the other half of a chunk that was split.
        }
        return null;
    }

    private static @Nullable Whereabouts single(Tx tx, RunId run, Origin origin, String lock) throws SQLException {
        return tx.sql(SINGLE.replace(LOCK, lock))
                .setObject(Ids.uuid(run))
                .first(row -> read(row, run, origin))
                .orElse(null);
    }

    private static @Nullable Whereabouts shared(Tx tx, RunId run, Origin origin, String lock) throws SQLException {
        return fill(tx.sql(SHARED.replace(LOCK, lock)), run, origin)
                .first(row -> read(row, run, origin))
                .orElse(null);
    }

    private static boolean hasEnded(Tx tx, RunId run) throws SQLException {
        return tx.sql(HAS_ENDED)
                .setObject(Ids.uuid(run))
                .first(row -> row.getBoolean(1))
                .orElse(false);
    }

    private static Sql fill(Sql statement, RunId run, Origin origin) throws SQLException {
        return statement
                .set(origin.position())
                .set(origin.line())
                .set(origin.batch())
                .setObject(earliestFirst(run))
                .setObject(Ids.uuid(run))
                .setObject(Ids.uuid(run));
    }

    /** No chunk that holds the run begins before this. */
    static UUID earliestFirst(RunId run) {
        long millis = run.high() >>> 16;
        return new UUID(Math.max(millis - WIDEST_MILLIS, 0) << 16, 0);
    }

    /** No chunk that holds older runs ends at this or after it. */
    static UUID latestLast(RunId run) {
        long millis = run.high() >>> 16;
        return new UUID((millis + WIDEST_MILLIS + 1) << 16, 0);
    }

    private static Whereabouts read(ResultSet row, RunId run, Origin origin) throws SQLException {
        return new Whereabouts(
                run,
                origin.task(),
                row.getLong(1),
                row.getLong(2),
                Ids.of(row.getObject(3)),
                row.getBoolean(4),
                Ids.of(row.getObject(5)),
                row.getInt(6),
                row.getInt(7),
                row.getInt(8),
                row.getBoolean(9),
                row.getBoolean(20),
                row.getLong(10),
                row.getInt(11),
                row.getLong(12),
                row.getLong(13),
                Sql.nullable(row, 14),
                Sql.nullable(row, 15),
                row.getString(16),
                origin.name(),
                origin.expires(),
                Sql.nullable(row, 17),
                Sql.nullable(row, 18),
                Sql.nullable(row, 19));
    }

    /**
     * The chunk that a run which has ended came with, if it is still there, does not hold it any more: for those who take away the
     * outcome, which says so until now.
     */
    static void forget(Tx tx, RunId run) throws SQLException {
        Origin origin = tx.sql(RUN).setObject(Ids.uuid(run)).first(Origin::read).orElse(null);
        if (origin != null) {
            fill(tx.sql(MARK_ORIGIN), run, origin).update();
        }
    }

    /** Of a run that is to start now, with a row of its own; to be inserted. */
    static Whereabouts queued(
            RunId run, int task, long line, int priority, long batch, int attempt, long now, @Nullable Long expires) {
        long position = now - priority * 1_000_000L;
        return new Whereabouts(
                run,
                task,
                line,
                position,
                run,
                true,
                run,
                States.QUEUED,
                attempt,
                0,
                false,
                false,
                batch,
                priority,
                0,
                now,
                expires,
                null,
                null,
                null,
                expires,
                null,
                null,
                null);
    }

    /** Whether the row is this run's only. */
    boolean isAlone() {
        return single || first.equals(last);
    }

    RunState runState() {
        if (position == NOT_DUE) {
            return States.of(state);
        }
        return started == null ? RunState.QUEUED : RunState.EXECUTING;
    }

    /** The last attempt made; 0 for none. */
    int made() {
        return started != null || redeliveries > 0 || resumed ? attempt : attempt - 1;
    }

    /** Its place in line if it is due then. */
    long position(long due) {
        return due - priority * 1_000_000L;
    }

    /** Has the row, as it was when it was looked at, until the transaction ends, unless others do; waits for nobody. */
    boolean tryLock(Tx tx) throws SQLException {
        return fillRow(tx.sql(TRY_LOCK)).first(row -> true).orElse(false);
    }

    boolean isRowOf(Whereabouts other) {
        return line == other.line && position == other.position && first.equals(other.first) && single == other.single;
    }

    /** Takes the run out of the table: out of its row, or with its row. */
    void remove(Tx tx) throws SQLException {
        if (held != null) {
            tx.tell(Notice.PERMITS);
        }
        if (isAlone()) {
            fillRow(tx.sql(DELETE)).update();
        } else {
            leave(tx);
        }
    }

    /** Those it leaves behind are passed over by claims meanwhile. */
    private void leave(Tx tx) throws SQLException {
        fillRow(tx.sql(MARK_DIRTY)).update();
        if (claim == 0 && position != NOT_DUE) {
            tx.tell(Notice.OLD_WORK);
        }
    }

    /** The run with a row of its own: this one if it is alone, else a new one that says the same. */
    Whereabouts apart(Tx tx) throws SQLException {
        if (isAlone()) {
            return this;
        }
        Whereabouts own = new Whereabouts(
                run,
                task,
                line,
                position,
                run,
                true,
                run,
                state,
                attempt,
                redeliveries,
                suspect,
                resumed,
                batch,
                priority,
                claim,
                due,
                runExpires,
                started,
                cancel,
                name,
                runExpires,
                held,
                share,
                permits);
        leave(tx);
        own.insert(tx);
        return own;
    }

    /** Stores it as a new single. */
    void insert(Tx tx) throws SQLException {
        tx.sql(INSERT)
                .set(line)
                .set(position)
                .setObject(Ids.uuid(first))
                .setObject(Ids.uuid(last))
                .set((long) state)
                .set((long) attempt)
                .set((long) redeliveries)
                .setObject(suspect)
                .set(batch)
                .set((long) priority)
                .set(claim)
                .set(due)
                .set(expires)
                .set(started)
                .set(cancel)
                .set(held)
                .set(share)
                .set(permits)
                .setObject(resumed)
                .update();
    }

    /**
     * A statement that changes a row; {@link #fillRow} says which.
     *
     * @param changes what to set, with parameters to be filled first
     */
    static String update(String changes) {
        return "update errand.chunk set " + changes + ROW;
    }

    /** Fills the parameters that name the row. */
    Sql fillRow(Sql statement) throws SQLException {
        return statement.set(line).set(position).setObject(Ids.uuid(first)).setObject(single);
    }
}

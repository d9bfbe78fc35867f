package dev.errand.store.postgres;

import dev.errand.store.limits.Lines;
import dev.errand.store.limits.Rules;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Lets limits count what this node claimed where there were none at that time, and says so: until all nodes have, nobody claims under
 * limits. On the claim lane's thread, while nobody else claims for this node.
 */
final class Adopting {
    /**
     * All of a chunk's runs may execute at once: those that have rows of their own say so each, since what a share counts is capped. They lie
     * beside it. An old share may be left from an earlier claim. Who has a row locked, as a transaction of a user's in which its run ends, is not waited for, see {@link #UNMARKED}.
     */
    private static final String MARK = """
            with k as materialized (
                select o.place
                  from unnest(?::bigint[], ?::bigint[], ?::uuid[], ?::uuid[], ?::bigint[]) u(line, position, first, upto, claim)
                 cross join lateral (
                     select ctid as place
                       from errand.chunk
                      where line = u.line and position = u.position and first between u.first and u.upto
                        and claim = u.claim and (held is null or share is null)
                        for update skip locked) o)
            update errand.chunk
               set held = line, share = claim, permits = case when single then 2147483647 else runs end
             where ctid = any(array(select place from k))
            """;

    private static final String UNMARKED = """
            select exists (
                select
                  from unnest(?::bigint[], ?::bigint[], ?::uuid[], ?::uuid[], ?::bigint[]) u(line, position, first, upto, claim)
                 cross join lateral (
                     select true
                       from errand.chunk
                      where line = u.line and position = u.position and first between u.first and u.upto
                        and claim = u.claim and (held is null or share is null)
                      limit 1) k)
            """;

    /** Said for the first time, and whenever a limit has changed since. */
    private static final String ADOPTED = """
            update errand.node
               set adopted = ?
             where number = ? and (adopted = 9223372036854775807 or adopted < (select limited from errand.rules))
            """;

    private static final String AGREEMENT = """
            select limited, not exists (select from errand.node where gone is null and adopted < limited) from errand.rules
            """;

    /** Chunks of one statement, for whose time nothing is recorded. */
    private static final int SOME = 200;

    private static final long LONGEST_WAIT = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long AGAIN = TimeUnit.MILLISECONDS.toNanos(50);

    /** About the last change of limits, by the version of the rules that came with it. */
    record Agreement(long limited, boolean all) {}

    private final Held held;
    private Rules rules = Rules.NONE;
    private long node;
    private long notBefore = System.nanoTime();

    Adopting(Held held) {
        this.held = held;
    }

    /** Whether what the node holds was looked at by these rules. */
    boolean knows(Rules now, long asNode) {
        return now.equals(rules) && asNode == node;
    }

    /** What was written last may be lost. */
    void forget() {
        rules = Rules.NONE;
    }

    /** Whether all nodes count what they held when a limit was changed last: then they count for whoever looks after this. */
    static Agreement agreement(Database database) throws SQLException {
        return database.sql(AGREEMENT)
                .first(row -> new Agreement(row.getLong(1), row.getBoolean(2)))
                .orElseThrow();
    }

    /** In no transaction. What others have locked is tried again after a while. */
    void adopt(Database database, Rules now, long asNode) throws SQLException {
        if (knows(now, asNode) || restNanos(asNode) > 0) {
            return;
        }
        if (!areMarked(database, now)) {
            notBefore = System.nanoTime() + AGAIN;
            return;
        }
        database.sql(ADOPTED).set(now.version()).set(asNode).update();
        rules = now;
        node = asNode;
    }

    /** In how many nanoseconds it may be tried. A node that is new holds nothing, so that nothing is in its way. */
    long restNanos(long asNode) {
        return asNode == node ? Math.max(notBefore - System.nanoTime(), 0) : 0;
    }

    private boolean areMarked(Database database, Rules now) throws SQLException {
        List<Held.Chunk> counted = held.all().stream()
                .filter(chunk -> chunk.marking != Marking.BY_LINE
                        && Marking.of(now, now.place(Lines.place(chunk.key.line()))) != Marking.NONE)
                .toList();
        boolean all = true;
        for (int from = 0; from < counted.size(); from += SOME) {
            all &= mark(database, counted.subList(from, Math.min(from + SOME, counted.size())));
        }
        return all;
    }

    /** Answers whether none is left. */
    private boolean mark(Database database, List<Held.Chunk> chunks) throws SQLException {
        if (!lockInTime()) {
            return false;
        }
        try {
            for (Held.Chunk chunk : chunks) {
                chunk.counted = true;
                chunk.marking = Marking.BY_SHARE;
            }
            place(database, MARK, chunks).update();
            return !place(database, UNMARKED, chunks)
                    .first(row -> row.getBoolean(1))
                    .orElseThrow();
        } finally {
            held.writing.unlock();
        }
    }

    /** Takes the lock; whose holder may wait for others. */
    private boolean lockInTime() {
        try {
            return held.writing.tryLock(LONGEST_WAIT, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Sql place(Database database, String statement, List<Held.Chunk> chunks) throws SQLException {
        return database.sql(statement)
                .setObject(database.array("int8", Columns.longs(chunks, chunk -> chunk.key.line())))
                .setObject(database.array("int8", Columns.longs(chunks, chunk -> chunk.key.position())))
                .setObject(new UuidArray(Columns.ids(chunks, chunk -> chunk.key.first())))
                .setObject(new UuidArray(chunks.stream()
                        .map(chunk -> Whereabouts.latestLast(chunk.key.first()))
                        .toArray(UUID[]::new)))
                .setObject(database.array("int8", Columns.longs(chunks, chunk -> chunk.claim)));
    }
}

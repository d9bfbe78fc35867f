package dev.errand.store.postgres;

import dev.errand.store.Look;
import dev.errand.store.format.Times;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The look that every node takes every five seconds, in one statement: it says that it lives, that somebody looked, leads if nobody else
 * does, and hears whether there is something to recover and when something is due. Nothing else is asked by a node that has nothing to do.
 */
final class Looking {
    static final long LEASE = TimeUnit.SECONDS.toMicros(15);
    /** Who looks every five seconds and has not looked for so long was kept from it. */
    private static final long OUTAGE = TimeUnit.SECONDS.toMicros(12);

    private static final long STRAYS_EVERY = TimeUnit.SECONDS.toMicros(60);
    /** What a node that is gone was still about when others took back what it held has ended after this. */
    private static final long LAST_WORDS = TimeUnit.SECONDS.toMicros(10);

    /** A time in which no node looked is one in which nobody could. */
    private static final String LOOK = """
            with beat as (%s returning concurrency),
            look as (
                update errand.upkeep
                   set afresh = case when now.t - looked > ? then now.t else afresh end,
                       looked = greatest(looked, now.t),
                       leader = case when until < now.t then ? else leader end,
                       until = case when until < now.t or leader = ? then now.t + ? else until end
                  from (select coalesce(?::bigint, errand.now()) as t) now
                returning now.t, leader, afresh)
            select t, leader,
                   exists (select 1 from errand.node where gone is null and number <> ? and greatest(beat, afresh) < t - ?),
                   exists (select 1 from errand.node where gone > ?),
                   exists (select 1 from errand.untold),
                   (%s),
                   (select concurrency from beat) as concurrency, %s
              from look
            """.formatted(Nodes.BEAT, Advancing.NEXT_DUE, Nodes.HEARD);

    /**
     * What is seen.
     *
     * @param now in microseconds
     * @param leads whether this node is the one that recovers for all
     * @param due in microseconds; the greatest number if there is nothing
     * @param concurrency what this node is wished to have; empty if its lease is lost, or it is none
     */
    record Seen(long now, boolean leads, boolean anyDead, boolean anyGone, long due, Optional<Integer> concurrency) {}

    private final Surroundings surroundings;
    private final Pool pool;
    private final Nodes nodes;
    private long lastStrays;

    Looking(Surroundings surroundings, Pool pool, Nodes nodes) {
        this.surroundings = surroundings;
        this.pool = pool;
        this.nodes = nodes;
    }

    Seen see() {
        long node = surroundings.node();
        Long given = surroundings.time().given();
        long asked = System.nanoTime();
        return pool.once(database -> database.sql(LOOK)
                .set(given)
                .set(node)
                .set(OUTAGE)
                .set(node)
                .set(node)
                .set(LEASE)
                .set(given)
                .set(node)
                .set(LEASE)
                .set(lastStrays - LAST_WORDS)
                .first(row -> {
                    boolean alive = row.getObject("concurrency") != null;
                    if (alive) {
                        nodes.heard(row, asked);
                    }
                    long due = row.getLong(6);
                    return new Seen(
                            row.getLong(1),
                            row.getLong(2) == node,
                            row.getBoolean(3),
                            row.getBoolean(4),
                            row.getBoolean(5) ? 0 : due == 0 ? Long.MAX_VALUE : due,
                            alive ? Optional.of(row.getInt("concurrency")) : Optional.empty());
                })
                .orElseThrow());
    }

    /** Whether it is time to look at all claims that nobody can have who lives. */
    boolean areStraysDue(Seen seen) {
        return seen.leads() && (seen.anyGone() || seen.now() - lastStrays >= STRAYS_EVERY);
    }

    void clearedStrays(Seen seen) {
        lastStrays = seen.now();
    }

    /**
     * For the node's keeper.
     *
     * @param rateAt when a rate lets something through, in microseconds; the greatest number if that is not known
     */
    Optional<Look> look(long rateAt) {
        surroundings.changes().forget();
        Seen seen = see();
        nodes.keepUp();
        boolean recover = areStraysDue(seen) || (seen.leads() && seen.anyDead());
        boolean removed = !surroundings.tasks().removed().isEmpty(); // their runs fail, whenever they come
        long due = removed ? 0 : Math.min(seen.due(), rateAt);
        Instant at = due == Long.MAX_VALUE ? Instant.MAX : Times.instant(due);
        return seen.concurrency().map(concurrency -> new Look(concurrency, recover, at));
    }
}

package dev.errand.store.postgres;

import dev.errand.store.Look;
import dev.errand.store.format.Times;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The look that every node takes every five seconds, in one statement: it says that it lives, that somebody looked, leads if nobody else
 * does, and hears whether there is something to recover and when something is due. Nothing else is asked by a node that has nothing to do.
 *
 * <p><b>Nobody is taken for dead who lives and had no five seconds to say so since the database answered.</b> While the database is away
 * nobody can renew a lease, and whoever comes back first must not hold that against the others. That it was away, and for whom, is nowhere
 * written; what is written is when anybody looked or beat last.
 * <ul>
 *   <li>Nobody did for more than 7 s ({@link #OUTAGE}): nobody could, since who lives does every 5 s, and 2 s are for a slow one. All
 *       leases count afresh from this look, so that everybody has all of {@link #DEAD_AFTER}.
 *   <li>Else the database was away for 7 s at most. A living node's beat is at most 5.5 s older than that: 5 s, and 0.5 s until it is sent beside
 *       what its keeper is at.
 *       {@link #DEAD_AFTER} is 17.5 s, so 5 s are left to it when the database answers. It needs 4 s to give up a connection that nothing
 *       comes out of any more ({@link Pool#beat}), or a host that takes none ({@link Connections}); what fails sooner is tried again
 *       after 0.5 s.
 * </ul>
 *
 * <p>All of it is by the database's clock, and kept there, so it makes no difference who looks. With <i>two who look</i> the first look
 * after an outage is the one that finds it; the other finds what that wrote. <i>Who has just started</i> finds when others did last. <i>Whose own connection alone was broken</i> finds
 * that others beat meanwhile: they could, so those who did not are dead, and nothing counts afresh; if there are no others, the same
 * as an outage. A database that answers now and then, for shorter than a beat takes, is one that the silent cannot reach and others can:
 * that is the same as a broken network, and leases are for that.
 *
 * <p>A dead node is found in time all the same: who sees that another has missed a beat looks every second, and just when its lease is over
 * ({@link Look#again}), so that its runs are taken back some 17.5 s after its last beat. As long as one looks so often, it has to stand still
 * for 6 s until that passes for an outage. All look when the lease of who leads has ended, too, so that nobody leads for hardly longer than that.
 */
final class Looking {
    /** For so long after a beat a node counts as alive, and who leads does. */
    static final long LEASE = TimeUnit.SECONDS.toMicros(15);
    /** A node that was silent for so long is taken for dead. */
    static final long DEAD_AFTER = TimeUnit.MILLISECONDS.toMicros(17_500);
    /** If nobody looked or beat for so long, of all who do every five seconds, they were kept from it. */
    static final long OUTAGE = TimeUnit.SECONDS.toMicros(7);
    /** Who is silent for longer has missed a beat. */
    private static final long MISSED = TimeUnit.SECONDS.toMicros(6);
    /** As long as somebody is silent. */
    private static final long OFTEN = TimeUnit.SECONDS.toMicros(1);
    /** So much later than it has to be, lest a look comes a moment too early. */
    private static final long LATER = TimeUnit.MILLISECONDS.toMicros(100);

    private static final long NOT_SOON = TimeUnit.HOURS.toMicros(1);

    private static final long STRAYS_EVERY = TimeUnit.SECONDS.toMicros(60);
    /** What a node that is gone was still about when others took back what it held has ended after this. */
    private static final long LAST_WORDS = TimeUnit.SECONDS.toMicros(10);

    /**
     * A time in which no node looked is one in which nobody could. The node's own row comes first: who has to wait for that has not locked
     * what all need. Who was taken for dead does not lead: by the number it joins under next it would not know that it did. Who never was a
     * node may, if no node does.
     */
    private static final String LOOK = """
            with beat as (%s returning concurrency),
            look as (
                update errand.upkeep
                   set afresh = case when now.t - looked > ? then now.t else afresh end,
                       looked = greatest(looked, now.t),
                       leader = case when until < now.t and now.may then now.node else leader end,
                       until = case when until < now.t and now.may or leader = now.node then now.t + ? else until end
                  from (select beats, node, t, beats > 0 or node = 0 as may
                          from (select (select count(*) from beat) as beats, ?::bigint as node,
                                       coalesce(?::bigint, errand.now()) as t) asked) now
                 where now.beats >= 0
                returning now.t, leader, until, afresh)
            select t, leader,
                   coalesce((select t - min(greatest(beat, afresh)) from errand.node where gone is null and number <> ?), 0),
                   exists (select 1 from errand.node where gone > ?),
                   exists (select 1 from errand.untold),
                   (%s),
                   (select concurrency from beat) as concurrency, until, %s
              from look
            """.formatted(Nodes.BEAT, Advancing.NEXT_DUE, Nodes.HEARD);

    /**
     * What is seen.
     *
     * @param now in microseconds
     * @param leads whether this node is the one that recovers for all
     * @param silence how long the one of the others has not beaten that has not for longest, as it counts; in microseconds
     * @param due in microseconds; the greatest number if there is nothing
     * @param until when the leader's lease ends, in microseconds
     * @param concurrency what this node is wished to have; empty if its lease is lost, or it is none
     */
    record Seen(
            long now,
            boolean leads,
            long silence,
            boolean anyGone,
            long due,
            long until,
            Optional<Integer> concurrency) {
        boolean anyDead() {
            return silence > DEAD_AFTER;
        }

        /** How soon nobody may lead any more, or somebody may be dead who has missed a beat: if one is dead already, another may be soon. */
        Duration again() {
            long leaderless = leads ? NOT_SOON : Math.max(until - now, 0) + LATER;
            long dead =
                    silence <= MISSED ? NOT_SOON : anyDead() ? OFTEN : Math.min(DEAD_AFTER - silence + LATER, OFTEN);
            return Duration.of(Math.min(leaderless, dead), ChronoUnit.MICROS);
        }
    }

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
        return pool.beat(database -> database.sql(LOOK)
                .set(given)
                .set(node)
                .set(OUTAGE)
                .set(LEASE)
                .set(node)
                .set(given)
                .set(node)
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
                            row.getLong(3),
                            row.getBoolean(4),
                            row.getBoolean(5) ? 0 : due == 0 ? Long.MAX_VALUE : due,
                            row.getLong("until"),
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
        return seen.concurrency().map(concurrency -> new Look(concurrency, recover, at, seen.again()));
    }
}

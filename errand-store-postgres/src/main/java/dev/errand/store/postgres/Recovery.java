package dev.errand.store.postgres;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Takes back what dead nodes held. All look now and then, and one of them, the leader, does it for all, under a lease that it renews with
 * every look; if it dies, another finds the lease ended. After an outage of the database no node could renew its lease, so that nobody is taken for dead: leases
 * count afresh from the first look after it.
 *
 * <p>A leader may stand still like any other process, and not know that another leads now. So what all need is only changed by statements
 * that are transactions of their own, in the middle of which nobody stands still.
 */
final class Recovery {
    static final long LEASE = TimeUnit.SECONDS.toMicros(15);
    /** Who looks every five seconds and has not looked for so long was kept from it. */
    private static final long OUTAGE = TimeUnit.SECONDS.toMicros(12);

    private static final long STRAYS_EVERY = TimeUnit.SECONDS.toMicros(60);
    /** What a node that is gone was still about when others took back what it held has ended after this. */
    private static final long LAST_WORDS = TimeUnit.SECONDS.toMicros(10);

    /** Every node looks, so that a time in which nobody did is one in which nobody could; one of them leads. */
    private static final String LOOK = """
            update errand.upkeep
               set afresh = case when now.t - looked > ? then now.t else afresh end,
                   looked = greatest(looked, now.t),
                   leader = case when until < now.t then ? else leader end,
                   until = case when until < now.t or leader = ? then now.t + ? else until end
              from (select coalesce(?::bigint, errand.now()) as t) now
            returning now.t, leader,
                   exists (select 1 from errand.node where gone is null and greatest(beat, afresh) < now.t - ?),
                   exists (select 1 from errand.node where gone > ?)
            """;

    /** Together with what it held, and so only once at a time: what a node that is gone had claimed nobody has any more. */
    private static final String DEAD = """
            update errand.node
               set gone = ?
             where number in (
                       select number
                         from errand.node
                        where gone is null and number <> ? and greatest(beat, (select afresh from errand.upkeep)) < ?
                        limit 1
                          for update skip locked)
            returning number
            """;

    private static final String STRAYS = """
            select distinct k.claim >> 40
              from (select claim
                      from errand.chunk
                     where held is not null and claim <> 0
                     union all
                    select k.claim
                      from errand.plain_line own
                     cross join lateral (
                         select claim
                           from errand.chunk
                          where line = own.number and position < 9223372036854775807 and claim <> 0) k) k
             where not exists (select 1 from errand.node where number = k.claim >> 40 and gone is null)
            """;

    private record Look(long now, long leader, boolean anyDead, boolean anyGone) {}

    private final Surroundings surroundings;
    private final Pool pool;
    private final Desk desk;
    private long lastStrays;

    Recovery(Surroundings surroundings, Pool pool, Desk desk) {
        this.surroundings = surroundings;
        this.pool = pool;
        this.desk = desk;
    }

    /** Answers how many runs were taken back. */
    int recover() {
        long node = surroundings.node();
        Look look = pool.once(database -> database.sql(LOOK)
                .set(OUTAGE)
                .set(node)
                .set(node)
                .set(LEASE)
                .set(surroundings.time().given())
                .set(LEASE)
                .set(lastStrays - LAST_WORDS)
                .first(row -> new Look(row.getLong(1), row.getLong(2), row.getBoolean(3), row.getBoolean(4)))
                .orElseThrow());
        boolean straysDue = look.anyGone() || look.now() - lastStrays >= STRAYS_EVERY;
        if (look.leader() != node || !(look.anyDead() || straysDue)) {
            return 0;
        }
        int runs = 0;
        for (int more = 0; more >= 0; more = desk.transact(tx -> takeForDead(tx, look.now()))) {
            runs += more;
        }
        if (straysDue) {
            for (long stray : strays()) {
                runs += desk.transact(tx -> free(tx, stray));
            }
            lastStrays = look.now();
        }
        return runs;
    }

    /** Takes the next one for dead. Answers how many runs it held, or -1 if there is none. */
    private int takeForDead(Tx tx, long now) throws SQLException {
        Optional<Long> dead =
                tx.sql(DEAD).set(now).set(surroundings.node()).set(now - LEASE).first(row -> row.getLong(1));
        return dead.isEmpty() ? -1 : free(tx, dead.get());
    }

    private static int free(Tx tx, long node) throws SQLException {
        tx.tell(Notice.NODES);
        return Freeing.free(tx, node, true);
    }

    /**
     * Nodes that are gone and still hold something: they claimed once more before they knew, it was locked when the rest was taken back,
     * or who was about to take it back died himself.
     */
    private List<Long> strays() {
        return desk.transact(tx -> {
            Locks.clear(tx);
            tx.sql(Freeing.BY_LINES).run();
            return tx.sql(STRAYS).list(row -> row.getLong(1));
        });
    }
}

package dev.errand.store.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Takes back what dead nodes held. All look now and then, and one of them, the leader, does it for all, under a lease that it renews with
 * every look; if it dies, another finds the lease ended. After an outage of the database no node could renew its lease, so that nobody is taken for dead: leases
 * count afresh from the first look after it.
 */
final class Recovery {
    static final long LEASE = TimeUnit.SECONDS.toMicros(15);
    /** Who looks every five seconds and has not looked for so long was kept from it. */
    private static final long OUTAGE = TimeUnit.SECONDS.toMicros(12);

    private static final long STRAYS_EVERY = TimeUnit.SECONDS.toNanos(60);

    /** Every node looks, so that a time in which nobody did is one in which nobody could; one of them leads. */
    private static final String LOOK = """
            update errand.upkeep
               set afresh = case when now.t - looked > ? then now.t else afresh end,
                   looked = greatest(looked, now.t),
                   leader = case when until < now.t then ? else leader end,
                   until = case when until < now.t or leader = ? then now.t + ? else until end
              from (select coalesce(?::bigint, errand.now()) as t) now
            returning now.t, leader,
                   exists (select 1 from errand.node where gone is null and greatest(beat, afresh) < now.t - ?)
            """;

    private static final String DEAD = """
            update errand.node
               set gone = ?
             where gone is null and number <> ? and greatest(beat, (select afresh from errand.upkeep)) < ?
            returning number
            """;

    private static final String STRAYS = """
            select distinct chunk.claim >> 40
              from errand.chunk
             where chunk.claim <> 0
               and not exists (select 1 from errand.node where number = chunk.claim >> 40 and gone is null)
            """;

    private record Look(long now, long leader, boolean anyDead) {}

    private final Surroundings surroundings;
    private final Desk desk;
    private long lastStrays = System.nanoTime();

    Recovery(Surroundings surroundings, Desk desk) {
        this.surroundings = surroundings;
        this.desk = desk;
    }

    /** Answers how many runs were taken back. */
    int recover() {
        long node = surroundings.node();
        Look look = desk.transact(tx -> tx.sql(LOOK)
                .set(OUTAGE)
                .set(node)
                .set(node)
                .set(LEASE)
                .set(surroundings.time().given())
                .set(LEASE)
                .first(row -> new Look(row.getLong(1), row.getLong(2), row.getBoolean(3)))
                .orElseThrow());
        if (look.leader() != node || !(look.anyDead() || straysDue())) {
            return 0;
        }
        long now = look.now();
        List<Long> dead = new ArrayList<>(desk.transact(tx ->
                tx.sql(DEAD).set(now).set(surroundings.node()).set(now - LEASE).list(row -> row.getLong(1))));
        dead.addAll(strays());
        int runs = 0;
        for (long one : dead) {
            runs += desk.transact(tx -> {
                tx.tell(Notice.NODES);
                return Freeing.free(tx, one, true);
            });
        }
        return runs;
    }

    private boolean straysDue() {
        return System.nanoTime() - lastStrays >= STRAYS_EVERY;
    }

    /** Nodes that had been taken for dead when they claimed once more, and did not know yet. */
    private List<Long> strays() {
        if (!straysDue()) {
            return List.of();
        }
        lastStrays = System.nanoTime();
        return desk.transact(tx -> tx.sql(STRAYS).list(row -> row.getLong(1)));
    }
}

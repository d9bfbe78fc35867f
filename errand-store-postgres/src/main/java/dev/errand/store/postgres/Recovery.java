package dev.errand.store.postgres;

import dev.errand.store.Look;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Takes back what dead nodes held. All look now and then, and one of them, the leader, does it for all, under a lease that it renews with
 * every look; if it dies, another finds the lease ended. Who is dead, and who only could not reach the database, is told apart by {@link Looking}.
 *
 * <p>A leader may stand still like any other process, and not know that another leads now. So what all need is only changed by statements
 * that are transactions of their own, in the middle of which nobody stands still.
 */
final class Recovery {
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

    private final Surroundings surroundings;
    private final Looking looking;
    private final Desk desk;

    Recovery(Surroundings surroundings, Looking looking, Desk desk) {
        this.surroundings = surroundings;
        this.looking = looking;
        this.desk = desk;
    }

    /** See {@link Looking#look}. */
    Optional<Look> look(long rateAt) {
        return looking.look(rateAt);
    }

    /** Answers how many runs were taken back. */
    int recover() {
        Looking.Seen seen = looking.see();
        boolean straysDue = looking.areStraysDue(seen);
        if (!seen.leads() || !(seen.anyDead() || straysDue)) {
            return 0;
        }
        int runs = 0;
        for (int more = 0; more >= 0; more = desk.transact(tx -> takeForDead(tx, seen.now()))) {
            runs += more;
        }
        if (straysDue) {
            for (long stray : strays()) {
                runs += desk.transact(tx -> free(tx, stray));
            }
            looking.clearedStrays(seen);
        }
        return runs;
    }

    /** Takes the next one for dead. Answers how many runs it held, or -1 if there is none. */
    private int takeForDead(Tx tx, long now) throws SQLException {
        Optional<Long> dead = tx.sql(DEAD)
                .set(now)
                .set(surroundings.node())
                .set(now - Looking.DEAD_AFTER)
                .first(row -> row.getLong(1));
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
            if (Lingering.clear(tx)) {
                tx.tell(Notice.PERMITS);
            }
            tx.sql(Freeing.BY_LINES).run();
            return tx.sql(STRAYS).list(row -> row.getLong(1));
        });
    }
}

package dev.errand.store.postgres;

import dev.errand.store.Claim;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.Spawn;
import dev.errand.store.format.ClaimIds;
import java.sql.SQLException;
import java.util.List;

/**
 * Stores what bodies trigger, with the steps that say so: mostly in the commits in which this node records, together with what else is to
 * be written there. What may take its time has a transaction of its own: many runs, those of which there may be too many, and those for which
 * others may have to end, whom users' transactions may hold. What can be refused is refused before that, and concerns nobody else.
 */
final class Spawning {
    /** A cancel of the run that this transaction itself has asked for: with its child another run took the place of its parent. */
    private static final String REPLACED = """
            select exists (select 1 from errand.chunk where first = ? and cancel is not null and xmin = pg_current_xact_id()::xid)
            """;

    private static final String IS_ALIVE =
            "select exists (select 1 from errand.node where number = ? and gone is null)";

    private final Surroundings surroundings;
    private final Pool pool;
    private final Desk desk;
    private final Trip trip;

    Spawning(Surroundings surroundings, Pool pool, Desk desk, Trip trip) {
        this.surroundings = surroundings;
        this.pool = pool;
        this.desk = desk;
        this.trip = trip;
    }

    Receipt spawn(Spawn spawn) {
        UserTransactions.numberTasks(surroundings, pool, spawn.runs());
        boolean conflicts = Conflicts.any(surroundings.tasks(), spawn.runs());
        if (!conflicts && !PendingCaps.any(surroundings.tasks(), spawn.runs()) && !NewChildren.areMany(spawn.runs())) {
            return trip.spawn(spawn);
        }
        Receipt receipt = apart(spawn);
        if (conflicts) {
            Untold.tellAll(desk);
        }
        return receipt;
    }

    /** If the answer to the commit is lost it is sent once more: what was stored is left as it is. */
    private Receipt apart(Spawn spawn) {
        return Desk.again(() -> desk.request(tx -> apart(tx, spawn)));
    }

    /** The row of the claim's run is locked last: whoever records waits for that, and not for what all the rest takes. */
    private static Receipt apart(Tx tx, Spawn spawn) throws SQLException {
        Conflicts.lock(tx, spawn.runs());
        NewChildren children = NewChildren.of(tx, List.of(spawn));
        children.store(i -> true, true, true);
        Claim claim = spawn.claim();
        Whereabouts place = Whereabouts.lock(tx, claim.run());
        if (place == null || place.claim() != claim.id() || !isOfTheLiving(tx, claim)) {
            tx.giveUp();
            return Receipt.LOST;
        }
        if (spawn.awaited() && place.cancel() != null && !isReplaced(tx, claim)) {
            tx.giveUp();
            return Receipt.RECORDED;
        }
        Journal.write(tx, new Report.Journaled(claim, spawn.step()));
        return Receipt.RECORDED;
    }

    /** Others may have taken this node for dead, and passed the run over, since its row was locked. */
    static boolean isOfTheLiving(Tx tx, Claim claim) throws SQLException {
        return ClaimIds.node(claim.id()) == tx.node()
                && tx.sql(IS_ALIVE)
                        .set(tx.node())
                        .first(row -> row.getBoolean(1))
                        .orElse(false);
    }

    private static boolean isReplaced(Tx tx, Claim claim) throws SQLException {
        return tx.sql(REPLACED)
                .setObject(Ids.uuid(claim.run()))
                .first(row -> row.getBoolean(1))
                .orElse(false);
    }
}

package dev.errand.store.sqlite;

import dev.errand.store.Claim;
import dev.errand.store.NewRun;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.Spawn;
import java.sql.SQLException;
import java.util.List;

/** Stores the runs that a body triggers, with the step that says so. */
final class Spawning {
    /** Whether the run was asked to stop, and whether the step is there already. */
    private static final String STANDING = """
            select live.cancel is not null, step.run is not null
              from live
              left join step on step.run = live.number and step.position = ? and step.key = ? and step.result is ?
             where live.number = ? and live.claim = ?
            """;

    private record Standing(boolean canceled, boolean stepIsThere) {}

    private Spawning() {}

    static Receipt spawn(Tx tx, Spawn spawn) throws SQLException {
        Claim claim = spawn.claim();
        Standing standing = tx.sql(STANDING)
                .set((long) spawn.step().position())
                .set(spawn.step().key())
                .set(spawn.step().result())
                .set(claim.number())
                .set(claim.id())
                .first(row -> new Standing(row.getInt(1) != 0, row.getInt(2) != 0))
                .orElse(null);
        if (standing == null) {
            return Receipt.LOST;
        }
        if (standing.canceled() && spawn.awaited()) {
            return Receipt.RECORDED;
        }
        List<NewRun> runs = missing(tx, spawn, standing.stepIsThere());
        Enqueueing.requireRoom(tx, runs);
        Journal.write(tx, new Report.Journaled(claim, spawn.step()));
        store(tx, spawn, runs);
        return Receipt.RECORDED;
    }

    /** Those that were not stored before. What was, and is deleted since, is not stored again. */
    private static List<NewRun> missing(Tx tx, Spawn spawn, boolean stepIsThere) throws SQLException {
        if (spawn.awaited()) {
            return Awaited.unknown(tx, spawn.claim().number(), spawn.runs());
        }
        return stepIsThere ? List.of() : spawn.runs();
    }

    private static void store(Tx tx, Spawn spawn, List<NewRun> runs) throws SQLException {
        if (!runs.isEmpty()) {
            Enqueueing.enqueueAnyway(tx, runs);
            if (spawn.awaited()) {
                tx.awaited().add(tx, spawn.claim().number(), runs);
            }
        }
    }
}

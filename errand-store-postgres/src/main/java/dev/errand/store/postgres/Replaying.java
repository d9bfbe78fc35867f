package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.store.NewRun;
import dev.errand.store.Replay;
import java.sql.SQLException;
import java.util.List;

/**
 * Stores runs that go on where others were. Each has a transaction of its own: its steps are copied within the database, however large they are, and
 * while others may store runs. It is alone in its chunk, so that nobody takes it to be without steps, see {@link TakenChunk#isStepless}.
 */
final class Replaying {
    private static final String STEPS = """
            insert into errand.step (run, position, attempt, started, ended, key, name, result, failure)
            select ?, position, 1, started, ended, key, name, result, failure
              from errand.step
             where run = ? and position = any(?::int[])
            """;

    private static final String ENDS = """
            insert into errand.awaited (run, kind, subject, state, ended, output, failure, reason)
            select ?, kind, subject, 2, ended, output, failure, reason
              from errand.awaited
             where run = ? and kind = 0 and subject = any(?::uuid[]) and state > 0
            """;

    private final Surroundings surroundings;
    private final Pool pool;
    private final Desk desk;

    Replaying(Surroundings surroundings, Pool pool, Desk desk) {
        this.surroundings = surroundings;
        this.pool = pool;
        this.desk = desk;
    }

    /** If the answer to the commit is lost it is sent once more: what was stored is left as it is. */
    boolean replay(Replay replay) {
        List<NewRun> runs = List.of(replay.run());
        UserTransactions.numberTasks(surroundings, pool, runs);
        boolean conflicts = Conflicts.any(surroundings.tasks(), runs);
        boolean stored = Desk.again(() -> desk.request(tx -> store(tx, replay)));
        if (conflicts) {
            Untold.tellAll(desk);
        }
        return stored;
    }

    private static boolean store(Tx tx, Replay replay) throws SQLException {
        List<NewRun> unknown = PendingCaps.requireUnknown(tx, List.of(replay.run()));
        if (unknown.isEmpty()) {
            return true;
        }
        Conflicts.storeWithin(tx, unknown);
        if (steps(tx, replay) != replay.positions().size()
                || ends(tx, replay) != replay.awaited().size()) {
            tx.giveUp();
            return false;
        }
        return true;
    }

    private static int steps(Tx tx, Replay replay) throws SQLException {
        return tx.sql(STEPS)
                .setObject(Ids.uuid(replay.run().id()))
                .setObject(Ids.uuid(replay.of()))
                .setObject(tx.array("int4", Columns.ints(replay.positions(), position -> position)))
                .update();
    }

    private static int ends(Tx tx, Replay replay) throws SQLException {
        List<RunId> awaited = replay.awaited();
        return awaited.isEmpty()
                ? 0
                : tx.sql(ENDS)
                        .setObject(Ids.uuid(replay.run().id()))
                        .setObject(Ids.uuid(replay.of()))
                        .setObject(new UuidArray(Columns.ids(awaited, run -> run)))
                        .update();
    }
}

package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.store.limits.Lines;
import dev.errand.store.limits.Rules;
import java.sql.SQLException;

/** Lets limits count what this node claimed where there were none at that time. */
final class Adopting {
    /** All of a chunk's runs may execute at once: those that have rows of their own say so each, since what a share counts is capped. */
    private static final String ADOPT =
            Whereabouts.update("held = line, share = claim, permits = case when single then 2147483647 else runs end")
                    + " and claim = ?";

    private final Held held;
    private Rules rules = Rules.NONE;

    Adopting(Held held) {
        this.held = held;
    }

    /** Whether these rules were looked at. On the claim lane's thread, as {@link #adopt}. */
    boolean knows(Rules now) {
        return now.equals(rules);
    }

    /** In no transaction: each row by itself. */
    void adopt(Database database, Rules now) throws SQLException {
        if (now.equals(rules)) {
            return;
        }
        for (Held.Chunk chunk : held.all()) {
            if (chunk.marking == Marking.NONE
                    && Marking.of(now, now.place(Lines.place(chunk.key.line()))) != Marking.NONE) {
                adopt(database, chunk.key, chunk.claim);
                for (RunId run : chunk.started) {
                    adopt(database, chunk.key.apart(run), chunk.claim);
                }
                chunk.counted = true;
                chunk.marking = Marking.BY_SHARE;
            }
        }
        rules = now;
    }

    private static void adopt(Database database, Held.Key key, long claim) throws SQLException {
        database.sql(ADOPT)
                .set(key.line())
                .set(key.position())
                .setObject(Ids.uuid(key.first()))
                .setObject(key.single())
                .set(claim)
                .update();
    }
}

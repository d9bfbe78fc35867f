package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.store.limits.Lines;
import dev.errand.store.limits.Rules;
import java.sql.SQLException;

/**
 * Lets limits count what this node claimed where there were none at that time, and says so: until all nodes have, nobody claims under
 * limits. On the claim lane's thread, while nobody else claims for this node.
 */
final class Adopting {
    /** All of a chunk's runs may execute at once: those that have rows of their own say so each, since what a share counts is capped. */
    private static final String MARK =
            Whereabouts.update("held = line, share = claim, permits = case when single then 2147483647 else runs end")
                    + " and claim = ?";

    /** Said for the first time, and whenever a limit has changed since. */
    private static final String ADOPTED = """
            update errand.node
               set adopted = ?
             where number = ? and (adopted = 9223372036854775807 or adopted < (select limited from errand.rules))
            """;

    private static final String AGREED = """
            select not exists (select from errand.node n, errand.rules r where n.gone is null and n.adopted < r.limited)
            """;

    private final Held held;
    private Rules rules = Rules.NONE;
    private long node;

    Adopting(Held held) {
        this.held = held;
    }

    /** Whether what the node holds was looked at by these rules. */
    boolean knows(Rules now, long asNode) {
        return now.equals(rules) && asNode == node;
    }

    /** Whether all nodes count what they held when a limit was changed last: then they count for whoever looks after this. */
    static boolean isAgreed(Database database) throws SQLException {
        return database.sql(AGREED).first(row -> row.getBoolean(1)).orElseThrow();
    }

    /** In no transaction: each row by itself. */
    void adopt(Database database, Rules now, long asNode) throws SQLException {
        if (knows(now, asNode)) {
            return;
        }
        held.writing.lock();
        try {
            mark(database, now);
        } finally {
            held.writing.unlock();
        }
        database.sql(ADOPTED).set(now.version()).set(asNode).update();
        rules = now;
        node = asNode;
    }

    private void mark(Database database, Rules now) throws SQLException {
        for (Held.Chunk chunk : held.all()) {
            if (chunk.marking == Marking.NONE
                    && Marking.of(now, now.place(Lines.place(chunk.key.line()))) != Marking.NONE) {
                mark(database, chunk.key, chunk.claim);
                for (RunId run : chunk.started) {
                    mark(database, chunk.key.apart(run), chunk.claim);
                }
                chunk.counted = true;
                chunk.marking = Marking.BY_SHARE;
            }
        }
    }

    private static void mark(Database database, Held.Key key, long claim) throws SQLException {
        database.sql(MARK)
                .set(key.line())
                .set(key.position())
                .setObject(Ids.uuid(key.first()))
                .setObject(key.single())
                .set(claim)
                .update();
    }
}

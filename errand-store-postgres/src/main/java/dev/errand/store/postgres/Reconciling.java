package dev.errand.store.postgres;

import dev.errand.store.format.ClaimIds;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds claims of this node that it does not know of: when the answer to a commit is lost, nobody may have been told of what it
 * claimed. They are given back. On the record lane's thread, but for {@link #doubt}.
 */
final class Reconciling {
    private static final Logger log = LoggerFactory.getLogger(Reconciling.class);

    private static final long LATE = TimeUnit.SECONDS.toNanos(10);

    private static final String CLAIMS = "select distinct claim from errand.chunk where claim between ? and ?";
    private static final String GIVE_BACK = "update errand.chunk set claim = 0 where claim = ?";

    private final Surroundings surroundings;
    private final Held held;
    private volatile boolean doubt;

    Reconciling(Surroundings surroundings, Held held) {
        this.surroundings = surroundings;
        this.held = held;
    }

    /** Whether the answer to a commit took so long that others may have taken this node for dead, and back what was claimed. */
    static boolean isLate(long begun) {
        return System.nanoTime() - begun > LATE;
    }

    /** The answer to a commit was lost, or came too late. Any thread. */
    void doubt() {
        doubt = true;
    }

    boolean isDue() {
        return doubt;
    }

    void reconcile(Database database) throws SQLException {
        long node = surroundings.node();
        if (node != 0) {
            int given = 0;
            for (long claim : database.sql(CLAIMS)
                    .set(ClaimIds.first(node))
                    .set(ClaimIds.first(node + 1) - 1)
                    .list(row -> row.getLong(1))) {
                if (held.find(claim) == null) {
                    given += database.sql(GIVE_BACK).set(claim).update();
                }
            }
            if (given > 0) {
                log.atInfo().addKeyValue("chunks", given).log("Claims whose commit was not answered are given back");
            }
        }
        doubt = false;
    }
}

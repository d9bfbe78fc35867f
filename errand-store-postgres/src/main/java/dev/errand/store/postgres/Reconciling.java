package dev.errand.store.postgres;

import dev.errand.store.format.ClaimIds;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds claims of this node that it does not know of: when the answer to a commit is lost, nobody may have been told of what it
 * claimed. They are given back. Such a commit may also be done long after its answer was given up, so that more looks follow
 * the one that is made at once, for some time. On the claim lane's thread, but for {@link #doubt}.
 */
final class Reconciling {
    private static final Logger log = LoggerFactory.getLogger(Reconciling.class);

    private static final long LATE = TimeUnit.SECONDS.toNanos(10);
    /** How long after the last doubt to look again now and then. */
    private static final long DOUBTFUL = TimeUnit.MINUTES.toNanos(15);

    private static final String CLAIMS = """
            select line, position, first, single, claim
              from errand.chunk
             where held is not null and claim between ? and ?
             union
            select k.line, k.position, k.first, k.single, k.claim
              from errand.plain_line own
             cross join lateral (
                 select *
                   from errand.chunk
                  where line = own.number and position < 9223372036854775807 and claim between ? and ?) k
            """;

    /** Should any of its runs have ended after all, whoever claims it next looks at each. */
    private static final String GIVE_BACK =
            Whereabouts.update("claim = 0, held = null, dirty = dirty or first <> last") + " and claim = ?";

    private record Claimed(Held.Key key, long claim) {
        static Claimed read(ResultSet row) throws SQLException {
            Held.Key key = new Held.Key(row.getLong(1), row.getLong(2), Ids.of(row.getObject(3)), row.getBoolean(4));
            return new Claimed(key, row.getLong(5));
        }
    }

    private final Surroundings surroundings;
    private final Held held;
    private final long lookEvery;
    private volatile boolean doubt;
    private volatile long trustFrom = System.nanoTime();
    private long nextLook = System.nanoTime();

    /**
     * Has nothing to doubt yet.
     *
     * @param lookEvery after how many nanoseconds to look again
     */
    Reconciling(Surroundings surroundings, Held held, long lookEvery) {
        this.surroundings = surroundings;
        this.held = held;
        this.lookEvery = lookEvery;
    }

    /** Whether the answer to a commit took so long that others may have taken this node for dead, and back what was claimed. */
    static boolean isLate(long begun) {
        return System.nanoTime() - begun > LATE;
    }

    /** The answer to a commit was lost, or came too late. Any thread. */
    void doubt() {
        trustFrom = System.nanoTime() + DOUBTFUL;
        doubt = true;
    }

    boolean isDue() {
        return surroundings.node() != 0 && (doubt || restNanos() == 0);
    }

    /** In how many nanoseconds it is due at the latest. */
    long restNanos() {
        long now = System.nanoTime();
        return surroundings.node() == 0 || now - trustFrom >= 0 ? Long.MAX_VALUE : Math.max(nextLook - now, 0);
    }

    void reconcile(Database database) throws SQLException {
        doubt = false;
        int given = 0;
        long node = surroundings.node();
        for (Claimed one : claims(database, node)) {
            if (isForgotten(one, node)) {
                given += giveBack(database, one);
            }
        }
        nextLook = System.nanoTime() + lookEvery;
        if (given > 0) {
            log.atInfo().addKeyValue("chunks", given).log("Claims whose commit was not answered are given back");
            surroundings.committed(EnumSet.of(Notice.OLD_WORK));
        }
    }

    /** Who was taken for dead meanwhile has forgotten all: first that it is a node, and that is looked at last. */
    private boolean isForgotten(Claimed one, long node) {
        return held.find(one.claim()) == null && surroundings.node() == node;
    }

    private static List<Claimed> claims(Database database, long node) throws SQLException {
        database.begin();
        database.sql(Freeing.BY_LINES).run();
        List<Claimed> claims = database.sql(CLAIMS)
                .set(ClaimIds.first(node))
                .set(ClaimIds.first(node + 1) - 1)
                .set(ClaimIds.first(node))
                .set(ClaimIds.first(node + 1) - 1)
                .list(Claimed::read);
        database.commit();
        return claims;
    }

    private static int giveBack(Database database, Claimed one) throws SQLException {
        return database.sql(GIVE_BACK)
                .set(one.key().line())
                .set(one.key().position())
                .setObject(Ids.uuid(one.key().first()))
                .setObject(one.key().single())
                .set(one.claim())
                .update();
    }
}

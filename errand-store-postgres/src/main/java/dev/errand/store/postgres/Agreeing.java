package dev.errand.store.postgres;

import dev.errand.store.limits.Rules;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether all nodes count what they held when limits were changed last, see {@link Adopting}. A node that is dead is not waited for once it
 * is taken for that; one that lives and cannot agree, no longer either: rather one run too many than none at all. On the claim lane's thread.
 */
final class Agreeing {
    private static final Logger log = LoggerFactory.getLogger(Agreeing.class);

    /** As long as it takes to find a node dead. */
    private static final long LONGEST = TimeUnit.SECONDS.toNanos(20);

    private Rules agreed = Rules.NONE;
    private int looks;
    private long lastChange;
    private long sinceLastChange = System.nanoTime();

    /** Asked once for each state of the rules; before anything is counted. */
    boolean isAgreed(Tx tx, Rules rules) throws SQLException {
        if (rules.equals(agreed)) {
            return true;
        }
        Adopting.Agreement now = Adopting.agreement(tx.database());
        if (now.limited() != lastChange) {
            lastChange = now.limited();
            sinceLastChange = System.nanoTime();
            looks = 0;
        }
        if (!now.all()) {
            if (System.nanoTime() - sinceLastChange <= LONGEST) {
                looks++;
                return false;
            }
            log.warn(
                    "A node has not said that it counts what it holds since limits were changed; others go on without that");
        }
        agreed = rules;
        looks = 0;
        return true;
    }

    /** How many in a row found that some do not. */
    int looks() {
        return looks;
    }
}

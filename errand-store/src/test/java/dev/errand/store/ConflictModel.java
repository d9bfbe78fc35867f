package dev.errand.store;

import dev.errand.OnConflict;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * A limit for which new runs do not wait.
 *
 * @param which whether a run counts for it
 */
record ConflictModel(int limit, OnConflict policy, Predicate<NewRun> which) {
    boolean counts(NewRun run) {
        return which.test(run);
    }

    boolean drops() {
        return policy == OnConflict.DROP;
    }

    boolean replacesExecuting() {
        return policy == OnConflict.REPLACE_EXECUTING;
    }

    /** Whether two runs are of one key; those that have none are of one, too. */
    static boolean sameKey(NewRun one, NewRun other) {
        return Objects.equals(one.options().concurrencyKey(), other.options().concurrencyKey());
    }
}

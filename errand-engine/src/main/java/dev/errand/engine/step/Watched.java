package dev.errand.engine.step;

import dev.errand.RunId;
import dev.errand.store.Receipt;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Which conditions of a body watch which runs under its claim. The store keeps once for all of them that a run has ended since; so what one
 * of them watches is not watched anew for another, or an end of which the one has not heard would be forgotten. The other may then be called
 * once more for an end that it has seen.
 */
final class Watched {
    private final Map<RunId, Set<String>> conditions = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();

    /**
     * A condition watches these, and nothing else any more.
     *
     * @param store has them watched; nobody else does meanwhile
     */
    Receipt watch(String condition, Collection<RunId> runs, Function<List<RunId>, Receipt> store) {
        lock.lock();
        try {
            forget(condition);
            List<RunId> fresh =
                    runs.stream().filter(run -> !conditions.containsKey(run)).toList();
            Receipt receipt = fresh.isEmpty() ? Receipt.RECORDED : store.apply(fresh);
            for (RunId run : runs) {
                conditions.computeIfAbsent(run, one -> new HashSet<>()).add(condition);
            }
            return receipt;
        } finally {
            lock.unlock();
        }
    }

    /** It does not wait any more. */
    void forget(String condition) {
        lock.lock();
        try {
            conditions.values().removeIf(those -> those.remove(condition) && those.isEmpty());
        } finally {
            lock.unlock();
        }
    }
}

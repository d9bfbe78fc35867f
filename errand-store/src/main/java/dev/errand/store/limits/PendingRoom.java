package dev.errand.store.limits;

import dev.errand.QueueFullException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * How much room there is for new runs where the number of those that are pending is limited. Each queue and task is counted once, when
 * runs of it come for the first time: nobody else may store any meanwhile.
 */
public final class PendingRoom {
    /** Counts what is pending. */
    @FunctionalInterface
    public interface Count {
        long of(Scope scope) throws SQLException;
    }

    private final Rules rules;
    private final Count count;
    private final Map<Integer, Long> pending = new HashMap<>();

    public PendingRoom(Rules rules, Count count) {
        this.rules = rules;
        this.count = count;
    }

    /**
     * Takes the room for runs in these lines.
     *
     * @throws QueueFullException if there is not enough of it for all of them, wherever they count; then none is taken
     */
    public void take(List<Long> lines) throws SQLException {
        SortedMap<Integer, Integer> coming = rules.capped(lines);
        for (Map.Entry<Integer, Integer> runs : coming.entrySet()) {
            Scope scope = scope(runs.getKey());
            Long counted = pending.get(scope.number());
            long before = counted == null ? count.of(scope) : counted;
            pending.put(scope.number(), before);
            Integer most = scope.limits().maxPending();
            if (most != null && before + runs.getValue() > most) {
                throw new QueueFullException(scope.name(), most, (int) Math.min(before, Integer.MAX_VALUE));
            }
        }
        coming.forEach((scope, runs) -> pending.merge(scope, (long) runs, Long::sum));
    }

    private Scope scope(int number) {
        Scope scope = rules.find(number);
        if (scope == null) {
            throw new IllegalStateException("no queue has the number " + number);
        }
        return scope;
    }
}

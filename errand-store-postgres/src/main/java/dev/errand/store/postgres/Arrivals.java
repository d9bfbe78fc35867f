package dev.errand.store.postgres;

import dev.errand.store.NewRun;
import java.util.List;

/** Sends new runs to where they are stored: on the lane, or, where they may have to wait for others or be refused, by a way of their own. */
final class Arrivals {
    private final Surroundings surroundings;
    private final Pool pool;
    private final Desk desk;
    private final Trip trip;
    private final CappedEnqueueing capped;

    Arrivals(Surroundings surroundings, Pool pool, Desk desk, Trip trip) {
        this.surroundings = surroundings;
        this.pool = pool;
        this.desk = desk;
        this.trip = trip;
        this.capped = new CappedEnqueueing(desk);
    }

    /** Returns when they are durable. Any thread. */
    void enqueue(List<NewRun> runs) {
        TaskNumbers tasks = surroundings.tasks();
        if (tasks.rules().anyConflicts() || tasks.rules().anyCaps()) {
            UserTransactions.numberTasks(
                    surroundings, pool, runs); // before, nobody knows what they have to do with these
        }
        if (Conflicts.any(tasks, runs)) {
            Conflicts.enqueue(desk, runs);
        } else if (PendingCaps.any(tasks, runs)) {
            capped.enqueue(runs);
        } else if (!runs.isEmpty()) {
            trip.enqueue(runs);
        }
    }
}

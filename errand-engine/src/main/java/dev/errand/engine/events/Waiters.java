package dev.errand.engine.events;

import dev.errand.RunId;
import dev.errand.Subscription;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Who waits for the end of which run. */
final class Waiters {
    private final Map<RunId, List<Waiter>> byRun = new ConcurrentHashMap<>();

    /** Somebody waiting. */
    final class Waiter implements Subscription {
        private final RunId run;
        private final Runnable ended;

        Waiter(RunId run, Runnable ended) {
            this.run = run;
            this.ended = ended;
        }

        @Override
        public void close() {
            byRun.computeIfPresent(run, (id, all) -> {
                all.remove(this);
                return all.isEmpty() ? null : all;
            });
        }
    }

    void add(Waiter waiter) {
        byRun.compute(waiter.run, (id, all) -> {
            List<Waiter> list = all == null ? new CopyOnWriteArrayList<>() : all;
            list.add(waiter);
            return list;
        });
    }

    boolean isEmpty() {
        return byRun.isEmpty();
    }

    void ended(RunId run) {
        List<Waiter> all = byRun.isEmpty() ? null : byRun.remove(run);
        if (all != null) {
            all.forEach(waiter -> waiter.ended.run());
        }
    }

    /** The engine closes: whoever waits looks for himself. */
    void wakeAll() {
        List.copyOf(byRun.keySet()).forEach(this::ended);
    }
}

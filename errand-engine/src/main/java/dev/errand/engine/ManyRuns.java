package dev.errand.engine;

import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunNotFoundException;
import dev.errand.RunQuery;
import dev.errand.store.Store;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Asks the store about many runs at a time. */
final class ManyRuns {
    private static final int PAGE = 500;

    private final Store store;
    private final Lookup lookup;

    ManyRuns(Store store, Lookup lookup) {
        this.store = store;
        this.lookup = lookup;
    }

    /**
     * Which of them have not ended. One that is not there was deleted, which is an end, or it is in a transaction still open.
     *
     * @param end until when such a transaction is waited for, as {@link System#nanoTime} counts
     */
    Set<RunId> open(List<RunId> runs, long end) throws InterruptedException {
        Set<RunId> open = new HashSet<>();
        for (int from = 0; from < runs.size(); from += PAGE) {
            List<RunId> page = runs.subList(from, Math.min(from + PAGE, runs.size()));
            Map<RunId, RunInfo> found = found(page);
            for (RunId run : page) {
                RunInfo info = found.get(run);
                if (info == null ? !isGone(run, end) : !info.state().isTerminal()) {
                    open.add(run);
                }
            }
        }
        return open;
    }

    private Map<RunId, RunInfo> found(List<RunId> page) {
        RunQuery query = RunQuery.all().ids(page.toArray(RunId[]::new)).limit(PAGE);
        Map<RunId, RunInfo> found = new HashMap<>();
        store.list(query).items().forEach(info -> found.put(info.id(), info));
        return found;
    }

    private boolean isGone(RunId run, long end) throws InterruptedException {
        try {
            Duration patience = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            return lookup.find(run, patience)
                    .map(info -> info.state().isTerminal())
                    .orElse(false);
        } catch (RunNotFoundException e) {
            return true;
        }
    }
}

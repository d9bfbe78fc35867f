package dev.errand.server.realtime;

import dev.errand.Errand;
import dev.errand.Page;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** Reads runs so that only a few are in memory at a time: each may be megabytes. */
final class Pages {
    /** How many are. */
    private static final int SIZE = 100;

    /** What is done with a run. */
    interface Action {
        void take(RunInfo run) throws IOException;
    }

    private Pages() {}

    /**
     * Those that a query finds, newest first.
     *
     * @param goesOn is given each, until it says no
     */
    static void read(Errand errand, RunQuery query, Predicate<RunInfo> goesOn) {
        RunQuery next = query.limit(SIZE);
        while (true) {
            Page<RunInfo> page = errand.runs(next);
            if (!page.items().stream().allMatch(goesOn) || page.cursor() == null) {
                return;
            }
            next = next.after(page.cursor());
        }
    }

    /** Those of these that there are, as they were triggered one after the other. */
    static void each(Errand errand, List<RunId> runs, Action action) throws IOException {
        List<RunId> oldestFirst = runs.stream().sorted().toList();
        for (int from = 0; from < oldestFirst.size(); from += SIZE) {
            List<RunId> some = oldestFirst.subList(from, Math.min(from + SIZE, oldestFirst.size()));
            for (RunInfo run : found(errand, some)) {
                action.take(run);
            }
        }
    }

    private static List<RunInfo> found(Errand errand, List<RunId> runs) {
        List<RunInfo> found = new ArrayList<>();
        read(errand, RunQuery.all().ids(runs.toArray(RunId[]::new)), found::add);
        found.sort(Comparator.comparing(RunInfo::id));
        return found;
    }
}

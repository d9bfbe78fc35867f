package dev.errand.engine;

import dev.errand.Page;
import dev.errand.PurgeCounts;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import java.util.List;
import java.util.function.Function;

/** Deletes all runs that a query finds, page by page. A cursor names a place and no run, so that it holds when the runs before it are gone. */
final class Purging {
    private static final int PAGE = 500;

    private final Function<RunQuery, Page<RunInfo>> list;
    private final Function<List<RunInfo>, PurgeCounts> purge;

    /** @param list lists newest first */
    Purging(Function<RunQuery, Page<RunInfo>> list, Function<List<RunInfo>, PurgeCounts> purge) {
        this.list = list;
        this.purge = purge;
    }

    PurgeCounts all(RunQuery query) {
        RunQuery part = query.newestFirst().limit(PAGE).after(null);
        Page<RunInfo> page;
        long purged = 0;
        long executing = 0;
        do {
            page = list.apply(part);
            PurgeCounts counts = purge.apply(page.items());
            purged += counts.purged();
            executing += counts.executing();
            part = part.after(page.cursor());
        } while (page.cursor() != null);
        return new PurgeCounts(purged, executing);
    }
}

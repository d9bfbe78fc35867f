package dev.errand.engine;

import dev.errand.Page;
import dev.errand.PurgeAnswer;
import dev.errand.PurgeCounts;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import java.util.function.Function;

/** Deletes all runs that a query finds, page by page. A cursor names a place and no run, so that it holds when the runs before it are gone. */
final class Purging {
    private static final int PAGE = 100;

    private final Function<RunQuery, Page<RunInfo>> list;
    private final Function<RunId, PurgeAnswer> purge;
    private long purged;
    private long executing;

    /** @param list lists newest first */
    Purging(Function<RunQuery, Page<RunInfo>> list, Function<RunId, PurgeAnswer> purge) {
        this.list = list;
        this.purge = purge;
    }

    PurgeCounts all(RunQuery query) {
        RunQuery part = query.newestFirst().limit(PAGE).after(null);
        Page<RunInfo> page;
        do {
            page = list.apply(part);
            page.items().forEach(run -> count(purge.apply(run.id())));
            part = part.after(page.cursor());
        } while (page.cursor() != null);
        return new PurgeCounts(purged, executing);
    }

    private void count(PurgeAnswer answer) {
        switch (answer) {
            case PURGED -> purged++;
            case EXECUTING -> executing++;
            case NOT_FOUND -> {} // somebody else was quicker
        }
    }
}

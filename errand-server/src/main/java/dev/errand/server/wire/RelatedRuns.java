package dev.errand.server.wire;

import dev.errand.Errand;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The runs around one, as far as they are there still.
 *
 * @param root at the top of its tree; null if it is that itself
 * @param parent whose body triggered it; null for none
 * @param children the newest first, and not more than a page of them
 */
record RelatedRuns(@Nullable RunInfo root, @Nullable RunInfo parent, List<RunInfo> children) {
    private static final int MOST_CHILDREN = 100;

    /** @param mayRead those that are told */
    static RelatedRuns of(Errand errand, RunInfo run, Predicate<RunInfo> mayRead) {
        List<RunInfo> above = above(errand, run).stream().filter(mayRead).toList();
        RunQuery children = RunQuery.all().parent(run.id()).limit(MOST_CHILDREN);
        return new RelatedRuns(
                find(above, run.root()),
                find(above, run.parent()),
                errand.runs(children).items().stream().filter(mayRead).toList());
    }

    private static List<RunInfo> above(Errand errand, RunInfo run) {
        RunId root = run.root();
        RunId parent = run.parent();
        return root == null || parent == null
                ? List.of()
                : errand.runs(RunQuery.all().ids(root, parent)).items();
    }

    private static @Nullable RunInfo find(List<RunInfo> runs, @Nullable RunId id) {
        for (RunInfo run : runs) {
            if (run.id().equals(id)) {
                return run;
            }
        }
        return null;
    }
}

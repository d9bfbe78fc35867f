package dev.errand.cli.runs;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.errand.Errand;
import dev.errand.Page;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What a run's body triggered, and what is below that: as much of it as fits a page, the oldest first. */
final class RunTree {
    private static final int DEEPEST = 3;
    private static final int WIDEST = 20;
    /** Below the run that is asked for, in all. */
    private static final int MOST = 100;

    private static final int PAGE = 100;
    /** So many are looked through that are the run's own: as many as it may wait for together. */
    private static final int OWN_PAGES = 100;

    /**
     * A run and what is below it.
     *
     * @param moreChildren how many are not shown; of more than 10,000, or 100 further down, the oldest are not counted
     */
    record Branch(@JsonUnwrapped RunInfo run, List<Branch> children, int moreChildren) {}

    private final Errand errand;
    private int room = MOST;

    private RunTree(Errand errand) {
        this.errand = errand;
    }

    static Branch of(Errand errand, RunInfo run) {
        return new RunTree(errand).branch(run, 0);
    }

    private Branch branch(RunInfo run, int depth) {
        Children children = children(run.id(), depth == 0 ? OWN_PAGES : 1);
        int shown = depth == DEEPEST ? 0 : Math.min(room, children.oldest().size());
        room -= shown; // a run's own come before what is below them
        List<Branch> branches = new ArrayList<>();
        for (RunInfo child : children.oldest().subList(0, shown)) {
            branches.add(branch(child, depth + 1));
        }
        return new Branch(run, List.copyOf(branches), children.count() - shown);
    }

    /** @param oldest as many as may be shown: runs may be large, and there may be many */
    private record Children(List<RunInfo> oldest, int count) {}

    private Children children(RunId parent, int pages) {
        Deque<RunInfo> oldest = new ArrayDeque<>();
        int count = 0;
        RunQuery query = RunQuery.all().parent(parent).limit(PAGE);
        for (int i = 0; i < pages; i++) {
            Page<RunInfo> page = errand.runs(query);
            for (RunInfo child : page.items()) {
                oldest.addFirst(child);
                if (oldest.size() > WIDEST) {
                    oldest.removeLast();
                }
            }
            count += page.items().size();
            if (page.next().isEmpty()) {
                break;
            }
            query = query.after(page.next().get());
        }
        return new Children(List.copyOf(oldest), count);
    }
}

package dev.errand.server.wire;

import dev.errand.RunInfo;
import dev.errand.server.call.Caller;

/** Who may look at a run: who may look at it, at runs of its task, at those with one of its tags, or at those of its batch. */
public final class RunAccess {
    private static final String READ = "read";

    private RunAccess() {}

    public static boolean mayRead(Caller caller, RunInfo run) {
        return caller.may(READ, "runs", run.id().toString())
                || caller.may(READ, "tasks", run.task())
                || run.tags().stream().anyMatch(tag -> caller.may(READ, "tags", tag))
                || (run.batch() != null && caller.may(READ, "batch", run.batch().toString()));
    }

    /** @throws dev.errand.server.call.Problem 403 for those who may not */
    public static void requireRead(Caller caller, RunInfo run) {
        if (!mayRead(caller, run)) {
            throw Caller.forbidden(READ, "runs", run.id().toString());
        }
    }
}

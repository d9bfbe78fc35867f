package dev.errand.engine.attempt;

import dev.errand.TaskOptions;
import dev.errand.Timeout;
import dev.errand.TimeoutFrom;
import dev.errand.store.Claim;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** By when an attempt is to have ended, and the limit from which that follows. What the trigger says comes before what the task says. */
record Deadline(Instant at, Duration limit) {
    /** Of those that apply, the one that is reached first; null for none. */
    static @Nullable Deadline of(Claim claim, TaskOptions task, Instant startedAt) {
        Deadline timeout = timeout(claim, task.timeout(), startedAt);
        Deadline active = maxDuration(claim, task, startedAt);
        if (timeout == null || active == null) {
            return timeout == null ? active : timeout;
        }
        return timeout.at.isBefore(active.at) ? timeout : active;
    }

    private static @Nullable Deadline timeout(Claim claim, Timeout own, Instant startedAt) {
        Duration limit = claim.options().timeout() != null ? claim.options().timeout() : own.limit();
        if (limit == null) {
            return null;
        }
        TimeoutFrom from =
                claim.options().timeoutFrom() != null ? claim.options().timeoutFrom() : own.from();
        boolean fromCreation = from == TimeoutFrom.CREATION && claim.attempt() == 1;
        return new Deadline((fromCreation ? claim.dueAt() : startedAt).plus(limit), limit);
    }

    private static @Nullable Deadline maxDuration(Claim claim, TaskOptions task, Instant startedAt) {
        Duration said = claim.options().maxDuration();
        Duration limit = said != null ? said : task.maxDuration();
        return limit == null || limit.isZero() ? null : new Deadline(startedAt.plus(limit), limit);
    }
}

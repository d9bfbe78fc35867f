package dev.errand.engine.attempt;

import dev.errand.TaskOptions;
import dev.errand.Timeout;
import dev.errand.TimeoutFrom;
import dev.errand.engine.step.Bookmark;
import dev.errand.store.Claim;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** By when an attempt is to have ended, and the limit from which that follows. What the trigger says comes before what the task says. */
record Deadline(Instant at, Duration limit) {
    /** Of those that apply, the one that is reached first; null for none. */
    static @Nullable Deadline of(Claim claim, TaskOptions task, Instant startedAt, @Nullable Bookmark bookmark) {
        Deadline timeout = timeout(claim, task.timeout(), startedAt, bookmark);
        Deadline active = maxDuration(claim, task, startedAt, bookmark == null ? Duration.ZERO : bookmark.active());
        if (timeout == null || active == null) {
            return timeout == null ? active : timeout;
        }
        return timeout.at.isBefore(active.at) ? timeout : active;
    }

    /** Time goes on while a body waits. */
    static @Nullable Deadline timeout(Claim claim, Timeout own, Instant startedAt, @Nullable Bookmark bookmark) {
        Duration limit = claim.options().timeout() != null ? claim.options().timeout() : own.limit();
        if (limit == null) {
            return null;
        }
        if (bookmark != null) {
            return bookmark.timeoutAt() == null ? null : new Deadline(bookmark.timeoutAt(), limit);
        }
        TimeoutFrom from =
                claim.options().timeoutFrom() != null ? claim.options().timeoutFrom() : own.from();
        boolean fromCreation = from == TimeoutFrom.CREATION && claim.attempt() == 1;
        return new Deadline((fromCreation ? claim.dueAt() : startedAt).plus(limit), limit);
    }

    /** @param used how long bodies of the attempt ran before it waited */
    private static @Nullable Deadline maxDuration(Claim claim, TaskOptions task, Instant startedAt, Duration used) {
        Duration said = claim.options().maxDuration();
        Duration limit = said != null ? said : task.maxDuration();
        return limit == null || limit.isZero()
                ? null
                : new Deadline(startedAt.plus(limit).minus(used), limit);
    }
}

package dev.errand.engine.attempt;

import dev.errand.Timeout;
import dev.errand.TimeoutFrom;
import dev.errand.store.Claim;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** By when an attempt is to have ended, and the limit from which that follows. */
record Deadline(Instant at, Duration limit) {
    /** As the trigger says, else the task; null for none. */
    static @Nullable Deadline of(Claim claim, Timeout own, Instant startedAt) {
        Duration limit = claim.options().timeout() != null ? claim.options().timeout() : own.limit();
        if (limit == null) {
            return null;
        }
        TimeoutFrom from =
                claim.options().timeoutFrom() != null ? claim.options().timeoutFrom() : own.from();
        boolean fromCreation = from == TimeoutFrom.CREATION && claim.attempt() == 1;
        return new Deadline((fromCreation ? claim.dueAt() : startedAt).plus(limit), limit);
    }
}

package dev.errand.engine.record;

import dev.errand.Failure;
import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.Report;
import dev.errand.store.StepEntry;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What becomes of a run after an attempt. Users see {@link RunState}; this is how the engine decides. */
public sealed interface Next {
    /**
     * How the store hears of it.
     *
     * @param startedAt of the attempt; null if its body was never called
     */
    Report report(Claim claim, @Nullable Instant startedAt, Instant now);

    record Complete(byte[] output) implements Next {
        @Override
        public Report.Ended report(Claim claim, @Nullable Instant startedAt, Instant now) {
            return new Report.Ended(claim, RunState.COMPLETED, startedAt, now, output, null, null, false);
        }
    }

    /** @param retriable whether somebody may retry it by hand */
    record Fail(Failure failure, boolean retriable) implements Next {
        @Override
        public Report report(Claim claim, @Nullable Instant startedAt, Instant now) {
            return new Report.Ended(
                    claim, RunState.FAILED, startedAt, now, null, failure, failure.summary(), retriable);
        }
    }

    record Retry(Instant dueAt, Failure failure) implements Next {
        @Override
        public Report report(Claim claim, @Nullable Instant startedAt, Instant now) {
            return new Report.Retried(claim, startedAt == null ? now : startedAt, now, failure, dueAt);
        }
    }

    /**
     * The attempt goes on then, or when what it awaits has happened.
     *
     * @param dueAt null for no limit
     */
    record Wait(@Nullable Instant dueAt, List<StepEntry> steps, Report.@Nullable Awaits awaits) implements Next {
        @Override
        public Report report(Claim claim, @Nullable Instant startedAt, Instant now) {
            return new Report.Waiting(claim, startedAt == null ? now : startedAt, now, steps, dueAt, awaits);
        }
    }

    /** Any other end: CANCELED, TIMED_OUT, EXPIRED or CRASHED. */
    record End(RunState state, String reason) implements Next {
        @Override
        public Report report(Claim claim, @Nullable Instant startedAt, Instant now) {
            return new Report.Ended(claim, state, startedAt, now, null, null, reason, false);
        }
    }

    /** @param died whether that is because a process died with it */
    record Release(boolean died) implements Next {
        @Override
        public Report report(Claim claim, @Nullable Instant startedAt, Instant now) {
            return new Report.Released(claim, died);
        }
    }
}

package dev.errand.engine.schedule;

import dev.errand.RunId;
import dev.errand.ScheduleState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a schedule has come; stored as JSON.
 *
 * @param since when its times were set: intervals count from there
 * @param next the time for which it fires next; null for none
 * @param previous the time for which it fired last; null if it never did
 * @param fired how often it has
 * @param open runs it has triggered that had not ended when somebody last looked
 * @param waiting the time of a firing that waits for the end of an open run; null for none
 * @param lastRun the run it triggered last; null for none
 */
record Progress(
        ScheduleState state,
        Instant createdAt,
        Instant since,
        @Nullable Instant next,
        @Nullable Instant previous,
        long fired,
        List<String> open,
        @Nullable Instant waiting,
        @Nullable String lastRun) {

    Progress {
        open = List.copyOf(open);
    }

    static Progress begin(Instant now, @Nullable Instant next) {
        return new Progress(active(next), now, now, next, null, 0, List.of(), null, null);
    }

    private static ScheduleState active(@Nullable Instant next) {
        return next == null ? ScheduleState.COMPLETED : ScheduleState.ACTIVE;
    }

    /** Paused, remembering from when on it fires if it goes on before: what was passed over stays so. */
    Progress paused(@Nullable Instant next) {
        return new Progress(ScheduleState.PAUSED, createdAt, since, next, previous, fired, open, null, lastRun);
    }

    /** Asleep, remembering what is to be fired. */
    Progress asleep() {
        return new Progress(ScheduleState.ASLEEP, createdAt, since, next, previous, fired, open, waiting, lastRun);
    }

    /** With another time to fire next, or completed. */
    Progress goingOn(@Nullable Instant next) {
        return new Progress(active(next), createdAt, since, next, previous, fired, open, waiting, lastRun);
    }

    /** With times that were set now. */
    Progress setTo(Instant now, @Nullable Instant next) {
        return new Progress(active(next), createdAt, now, next, previous, fired, open, null, lastRun);
    }

    /** One more run of it is open. */
    Progress triggered(RunId run, List<String> stillOpen) {
        List<String> all = new ArrayList<>(stillOpen);
        all.add(run.toString());
        return new Progress(state, createdAt, since, next, previous, fired, all, waiting, run.toString());
    }
}

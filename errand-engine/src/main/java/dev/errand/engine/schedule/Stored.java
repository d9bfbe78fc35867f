package dev.errand.engine.schedule;

import dev.errand.RunId;
import dev.errand.Schedule;
import dev.errand.ScheduleInfo;
import dev.errand.ScheduleState;
import dev.errand.store.ScheduleEntry;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A schedule as it is stored, understood. */
record Stored(ScheduleEntry entry, Schedule schedule, Progress progress) {
    String key() {
        return entry.key();
    }

    Times times() {
        return new Times(schedule, progress.since());
    }

    ScheduleInfo info() {
        Instant next = progress.next();
        return new ScheduleInfo(
                entry.id(),
                entry.key(),
                entry.task(),
                entry.declared(),
                progress.state(),
                schedule,
                next == null || progress.state() != ScheduleState.ACTIVE ? null : shifted(next),
                progress.previous(),
                progress.fired(),
                lastRun(progress.lastRun()),
                progress.createdAt());
    }

    private static @Nullable RunId lastRun(@Nullable String run) {
        return run == null ? null : RunId.of(run);
    }

    /** When it fires for one of its times. */
    Instant shifted(Instant time) {
        return time.plus(schedule.offset(key()));
    }
}

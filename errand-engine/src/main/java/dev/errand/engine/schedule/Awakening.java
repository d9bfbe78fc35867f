package dev.errand.engine.schedule;

import dev.errand.ScheduleState;
import dev.errand.engine.task.Tasks;
import dev.errand.store.ScheduleChange;
import dev.errand.store.ScheduleEntry;
import dev.errand.store.Store;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets schedules go on that sleep, since no node had the code they stand in, when one has it that was not there before, or was taken for dead.
 *
 * <p>Another node may be about to put one to sleep: it has looked who is there before this one was, and has yet to commit. So those that are due
 * get another version: whoever has read the one before changes nothing, and looks anew. Call it when others see that the code is here.
 */
final class Awakening {
    /** Others, whose clocks are a little ahead, may find due already what is due by then. */
    private static final Duration SOON = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(Awakening.class);
    private static final int BATCH = 500;
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(5);

    private final Store store;
    private final ScheduleCodec codec;
    private final Tasks tasks;
    private final Clock clock;
    private final Consumer<Instant> wake;

    /** @param wake hears when a schedule will be due that was not known to be */
    Awakening(Store store, ScheduleCodec codec, Tasks tasks, Clock clock, Consumer<Instant> wake) {
        this.store = store;
        this.codec = codec;
        this.tasks = tasks;
        this.clock = clock;
        this.wake = wake;
    }

    void wake() {
        Instant now = clock.instant();
        Set<String> done = new HashSet<>();
        List<ScheduleChange> changes = changes(now, done);
        while (!changes.isEmpty()) {
            change(changes, done);
            changes = changes(now, done);
            if (!changes.isEmpty()) { // others are at these just now
                LockSupport.parkNanos(this, PAUSE);
            }
        }
        if (!done.isEmpty()) {
            wake.accept(now);
        }
    }

    private void change(List<ScheduleChange> changes, Set<String> done) {
        for (int from = 0; from < changes.size(); from += BATCH) {
            List<ScheduleChange> some = changes.subList(from, Math.min(from + BATCH, changes.size()));
            done.addAll(store.schedules().change(some));
        }
    }

    private List<ScheduleChange> changes(Instant now, Set<String> done) {
        List<ScheduleChange> changes = new ArrayList<>();
        for (ScheduleEntry entry : store.schedules().declared()) {
            boolean ours = tasks.find(entry.task()) != null && !done.contains(entry.id());
            ScheduleEntry next = ours ? next(entry, now) : null;
            if (next != null) {
                changes.add(new ScheduleChange(next, List.of()));
            }
        }
        return changes;
    }

    /** Null if it stays as it is. */
    private @Nullable ScheduleEntry next(ScheduleEntry entry, Instant now) {
        Instant due = entry.due();
        if (due != null) {
            return due.isAfter(now.plus(SOON)) ? null : entry;
        }
        Stored stored = read(entry);
        return stored != null && stored.progress().state() == ScheduleState.ASLEEP
                ? codec.entry(
                        stored, stored.progress().goingOn(stored.progress().next()), now)
                : null;
    }

    /** Null if it was written by a newer version, perhaps, and cannot be read here: that keeps no node from working. */
    private @Nullable Stored read(ScheduleEntry entry) {
        try {
            return codec.read(entry);
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue("schedule", entry.key())
                    .setCause(e)
                    .log("It is not known whether this schedule sleeps");
            return null;
        }
    }
}

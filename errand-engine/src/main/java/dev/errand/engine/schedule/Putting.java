package dev.errand.engine.schedule;

import dev.errand.RunId;
import dev.errand.Schedule;
import dev.errand.ScheduleInfo;
import dev.errand.ScheduleState;
import dev.errand.Schedules;
import dev.errand.Task;
import dev.errand.TaskInfo;
import dev.errand.engine.task.KnownQueues;
import dev.errand.store.NewRun;
import dev.errand.store.QueueStore;
import dev.errand.store.ScheduleEntry;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Makes schedules, and changes the rules of those that are there. */
final class Putting {
    private final StoredSchedules schedules;
    private final ScheduleCodec codec;
    private final ScheduledRuns runs;
    private final QueueStore queues;
    private final Clock clock;

    Putting(StoredSchedules schedules, ScheduleCodec codec, ScheduledRuns runs, QueueStore queues, Clock clock) {
        this.schedules = schedules;
        this.codec = codec;
        this.runs = runs;
        this.queues = queues;
        this.clock = clock;
    }

    /** @param declared whether it stands in the task's code, which alone may change it then */
    ScheduleInfo put(String key, TaskInfo task, Schedule schedule, boolean declared) {
        Schedules.checkKey(key);
        return StoredSchedules.untilDone(() -> put(schedules.find(key).orElse(null), key, task, schedule, declared));
    }

    /** Empty if there is none with this key or id. */
    Optional<ScheduleInfo> change(String key, TaskInfo task, UnaryOperator<Schedule> rule) {
        return StoredSchedules.untilDone(() -> {
            Stored old = schedules.find(key).orElse(null);
            if (old == null) {
                return Optional.empty();
            }
            ScheduleInfo changed = put(old, old.key(), task, rule.apply(old.schedule()), false);
            return changed == null ? null : Optional.of(changed);
        });
    }

    /**
     * Null if others were faster.
     *
     * @param old what is there; null for nothing
     */
    private @Nullable ScheduleInfo put(
            @Nullable Stored old, String key, TaskInfo task, Schedule schedule, boolean declared) {
        String definition = codec.definition(schedule);
        if (old != null && isSame(old, task, definition, declared)) {
            return old.info();
        }
        Instant now = clock.instant();
        Progress progress = old == null ? begin(schedule, now) : changed(old, schedule, now);
        ScheduleEntry identity = identity(old, key, task.id(), declared);
        if (!declared) {
            refuseDeclared(old, "changed");
            refuseIfNever(key, schedule, progress, now);
        }
        require(
                runs.run(identity, schedule, progress.since(), time(progress, now), null, Long.MAX_VALUE),
                new KnownQueues(queues));
        Stored put = new Stored(codec.entry(identity, definition, schedule, progress, now), schedule, progress);
        return old == null ? schedules.add(put) : schedules.change(put, List.of());
    }

    /** Looks whether it could be put so, once its task is declared. Nothing is stored, nor asked of the store but for queues. */
    void check(String key, Task<?, ?> task, Schedule schedule, KnownQueues known) {
        Schedules.checkKey(key);
        codec.definition(schedule);
        Instant now = clock.instant();
        Progress progress = begin(schedule, now);
        refuseIfNeverAtAnyTime(key, schedule, progress);
        ScheduleEntry identity = identity(null, key, task.id(), true);
        require(runs.first(task, identity, schedule, progress.since(), time(progress, now)), known);
    }

    private static ScheduleEntry identity(@Nullable Stored old, String key, String task, boolean declared) {
        String id = old == null ? newId() : old.entry().id();
        return new ScheduleEntry(
                id,
                key,
                task,
                declared,
                "",
                "",
                null,
                old == null ? 0 : old.entry().version());
    }

    private static String newId() {
        return "sched_" + RunId.next().toString().substring("run_".length());
    }

    // ── how far it has come

    private static Progress begin(Schedule schedule, Instant now) {
        return Progress.begin(now, new Times(schedule, now).nextBut(now, schedule.skip()));
    }

    private static boolean isSame(Stored old, TaskInfo task, String definition, boolean declared) {
        return old.entry().declared() == declared
                && old.entry().task().equals(task.id())
                && old.entry().definition().equals(definition)
                && old.progress().state() != ScheduleState.ASLEEP;
    }

    /** As long as its times stay the same, so does what it fires next; a pause stays, sleep ends. */
    private static Progress changed(Stored old, Schedule schedule, Instant now) {
        Progress progress = old.progress();
        Instant next = progress.next();
        boolean over = Decision.left(schedule, progress.fired()) == 0;
        boolean sameTimes = sameTimes(old.schedule(), schedule);
        boolean stays = sameTimes && next != null && !over && (schedule.end() == null || next.isBefore(schedule.end()));
        if (progress.state() == ScheduleState.PAUSED) {
            return progress.paused(stays ? next : null);
        }
        if (stays) {
            return progress.goingOn(next);
        }
        int skipped = sameTimes && progress.fired() > 0 ? 0 : schedule.skip(); // the first firings are gone
        return progress.setTo(now, over ? null : new Times(schedule, now).nextBut(now, skipped));
    }

    private static boolean sameTimes(Schedule one, Schedule other) {
        return one.timing().equals(other.timing())
                && one.zone().equals(other.zone())
                && one.skip() == other.skip()
                && Objects.equals(one.start(), other.start());
    }

    // ── what is refused

    static void refuseDeclared(@Nullable Stored old, String what) {
        if (old != null && old.entry().declared()) {
            throw new IllegalArgumentException(
                    "The schedule '%s' stands in the code of task %s and is %s there; here it can be paused, resumed and run"
                            .formatted(old.key(), old.entry().task(), what));
        }
    }

    private static void refuseIfNever(String key, Schedule schedule, Progress progress, Instant now) {
        if (willFire(schedule, progress, now)) {
            return;
        }
        Integer limit = schedule.limit();
        String why = limit != null && progress.fired() >= limit
                ? "it has fired %d times already, and its limit is %d".formatted(progress.fired(), limit)
                : schedule.end() != null
                        ? "its next time is not before its end at " + schedule.end()
                        : "none of its times lies ahead of " + now;
        throw new IllegalArgumentException("The schedule '%s' would never fire: %s".formatted(key, why));
    }

    /** One in code may have fired before, wherever that was: that its times are over is no reason. */
    private static void refuseIfNeverAtAnyTime(String key, Schedule schedule, Progress fromNow) {
        if (fromNow.next() == null
                && new Times(schedule, Instant.EPOCH).nextBut(Instant.EPOCH, schedule.skip()) == null) {
            throw new IllegalArgumentException(
                    "The schedule '%s' would never fire: its start, its end and what it skips leave none of its times"
                            .formatted(key));
        }
    }

    /** One that is paused, once it goes on. */
    private static boolean willFire(Schedule schedule, Progress progress, Instant now) {
        return switch (progress.state()) {
            case ACTIVE, ASLEEP -> true;
            case COMPLETED -> false;
            case PAUSED -> Decision.left(schedule, progress.fired()) > 0 && new Times(schedule, now).next(now) != null;
        };
    }

    private static Instant time(Progress progress, Instant now) {
        Instant next = progress.next();
        return next == null ? now : next;
    }

    /** What its runs get was looked at as this one was made, and here where they wait: refused now rather than at each firing. */
    private static void require(NewRun run, KnownQueues known) {
        String queue = run.options().queue();
        if (queue != null) {
            known.require(queue);
        }
    }
}

package dev.errand.engine.schedule;

import dev.errand.Json;
import dev.errand.Overlap;
import dev.errand.Page;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.Schedule;
import dev.errand.ScheduleInfo;
import dev.errand.ScheduleQuery;
import dev.errand.ScheduleState;
import dev.errand.Schedules;
import dev.errand.Task;
import dev.errand.TaskInfo;
import dev.errand.engine.schedule.Scheduler.OpenRuns;
import dev.errand.engine.task.Definitions;
import dev.errand.store.NewRun;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is asked of schedules from outside. */
final class ScheduleBook implements Schedules {
    private static final int MOST = 1_000;

    private final StoredSchedules schedules;
    private final Putting putting;
    private final ScheduledRuns runs;
    private final OpenRuns openRuns;
    private final Definitions definitions;
    private final Clock clock;

    ScheduleBook(
            StoredSchedules schedules,
            Putting putting,
            ScheduledRuns runs,
            OpenRuns openRuns,
            Definitions definitions,
            Clock clock) {
        this.schedules = schedules;
        this.putting = putting;
        this.runs = runs;
        this.openRuns = openRuns;
        this.definitions = definitions;
        this.clock = clock;
    }

    // ── putting

    @Override
    public ScheduleInfo put(String key, Task<?, ?> task, Schedule schedule) {
        return put(key, task.id(), schedule);
    }

    @Override
    public ScheduleInfo put(String key, String task, Schedule schedule) {
        return putting.put(key, definitions.get(task), schedule, false);
    }

    @Override
    public Optional<ScheduleInfo> change(String key, String task, UnaryOperator<Schedule> rule) {
        return putting.change(key, definitions.get(task), rule);
    }

    /** One that stands in the code of a task which is declared here. */
    ScheduleInfo declare(String key, String task, Schedule schedule) {
        return putting.put(key, definitions.get(task), schedule, true);
    }

    // ── asking

    @Override
    public Optional<ScheduleInfo> find(String key) {
        return schedules.find(key).map(Stored::info);
    }

    @Override
    public ScheduleInfo get(String key) {
        return schedules.get(key).info();
    }

    @Override
    public Page<ScheduleInfo> list(ScheduleQuery query) {
        String after = query.cursor() == null ? "" : query.cursor();
        List<Stored> found = schedules.list(task(query), after, query.skip(), query.limit() + 1);
        boolean more = found.size() > query.limit();
        List<Stored> page = more ? found.subList(0, query.limit()) : found;
        return new Page<>(
                page.stream().map(Stored::info).toList(), more ? page.getLast().key() : null);
    }

    @Override
    public long count(ScheduleQuery query) {
        return schedules.count(task(query));
    }

    /** The id of the task that is asked for; null for all. */
    private @Nullable String task(ScheduleQuery query) {
        String task = query.task();
        return task == null ? null : definitions.find(task).map(TaskInfo::id).orElse(task);
    }

    @Override
    public List<Instant> next(String key, int count) {
        checkCount(count);
        Stored stored = schedules.get(key);
        Instant next = stored.progress().next();
        if (next == null || stored.progress().state() != ScheduleState.ACTIVE) {
            return List.of();
        }
        int most = (int) Math.min(count, left(stored)) - 1;
        return Stream.concat(Stream.of(next), stored.times().next(next, most).stream())
                .map(stored::shifted)
                .toList();
    }

    /** How many firings follow at most, besides one that waits. */
    private static long left(Stored stored) {
        Progress progress = stored.progress();
        return Decision.left(stored.schedule(), progress.fired() + (progress.waiting() == null ? 0 : 1));
    }

    private static void checkCount(int count) {
        if (count < 1 || count > MOST) {
            throw new IllegalArgumentException("%d firings are asked for; from 1 to %,d are".formatted(count, MOST));
        }
    }

    // ── steering

    @Override
    public ScheduleInfo pause(String key) {
        return change(
                key,
                stored -> stored.progress().state() == ScheduleState.PAUSED
                        ? stored.progress()
                        : stored.progress().paused(stored.progress().next()));
    }

    @Override
    public ScheduleInfo resume(String key) {
        return change(key, stored -> {
            Progress progress = stored.progress();
            if (progress.state() != ScheduleState.PAUSED) {
                return progress;
            }
            return progress.goingOn(left(stored) == 0 ? null : nextOf(stored, clock.instant()));
        });
    }

    /** Of one that is paused, what is still to come. */
    private static @Nullable Instant nextOf(Stored paused, Instant now) {
        Instant next = paused.progress().next();
        return next != null && next.isAfter(now) ? next : paused.times().next(now);
    }

    @Override
    public ScheduleInfo skip(String key, int count) {
        checkCount(count);
        return change(key, stored -> {
            Instant next = stored.progress().next();
            if (next == null || stored.progress().state() != ScheduleState.ACTIVE) {
                throw new IllegalArgumentException("The schedule '%s' is %s and has nothing to skip"
                        .formatted(stored.key(), stored.progress().state()));
            }
            return stored.progress().goingOn(stored.times().nextBut(next, count - 1));
        });
    }

    private ScheduleInfo change(String key, Function<Stored, Progress> change) {
        return StoredSchedules.untilDone(() -> {
            Stored stored = schedules.get(key);
            Progress progress = change.apply(stored);
            return progress.equals(stored.progress())
                    ? stored.info()
                    : schedules.change(schedules.moved(stored, progress), List.of());
        });
    }

    @Override
    public boolean delete(String key) {
        Optional<Stored> stored = schedules.find(key);
        Putting.refuseDeclared(stored.orElse(null), "deleted");
        return stored.filter(schedules::remove).isPresent();
    }

    @Override
    public Run<Json> run(String key) {
        RunId id = StoredSchedules.untilDone(() -> {
            Stored stored = schedules.get(key);
            Progress progress = stored.progress();
            NewRun run = runs.run(
                    stored.entry(),
                    stored.schedule(),
                    progress.since(),
                    clock.instant(),
                    progress.previous(),
                    left(stored));
            Stored triggered = schedules.moved(stored, progress.triggered(run.id(), stillOpen(stored)));
            return schedules.change(triggered, List.of(run)) == null ? null : run.id();
        });
        return openRuns.handle(id);
    }

    /** There may be many runs by hand between two firings; where overlapping is allowed nobody asks for them. */
    private List<String> stillOpen(Stored stored) {
        return stored.schedule().overlap() == Overlap.ALLOW
                ? List.of()
                : stored.progress().open().stream()
                        .filter(run -> openRuns.isOpen(RunId.of(run)))
                        .toList();
    }
}

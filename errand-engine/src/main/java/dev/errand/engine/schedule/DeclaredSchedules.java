package dev.errand.engine.schedule;

import dev.errand.Schedule;
import dev.errand.ScheduleState;
import dev.errand.Task;
import dev.errand.engine.task.KnownQueues;
import dev.errand.engine.task.ScheduleKeys;
import dev.errand.engine.task.Tasks;
import dev.errand.store.ScheduleEntry;
import dev.errand.store.Store;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the schedules that stand in tasks' code into the store. As with tasks, the newest start wins: what its code of a task does not
 * declare any more is deleted. Schedules of tasks whose code is not here are none of its business; they sleep once no node has it, see
 * {@link Scheduler}.
 */
final class DeclaredSchedules {
    private static final Logger LOG = LoggerFactory.getLogger(DeclaredSchedules.class);

    private final Store store;
    private final ScheduleBook book;
    private final Putting putting;
    private final Tasks tasks;

    DeclaredSchedules(Store store, ScheduleBook book, Putting putting, Tasks tasks) {
        this.store = store;
        this.book = book;
        this.putting = putting;
        this.tasks = tasks;
    }

    /** See {@link Scheduling#check}. */
    void check(Collection<Task<?, ?>> coming, KnownQueues queues) {
        for (Task<?, ?> task : coming) {
            task.options()
                    .schedules()
                    .forEach((key, schedule) -> putting.check(ScheduleKeys.of(task, key), task, schedule, queues));
        }
    }

    /** See {@link Scheduling#declare}. */
    void declare(Collection<Task<?, ?>> declaring) {
        if (declaring.isEmpty()) {
            return;
        }
        for (Task<?, ?> task : declaring) {
            task.options()
                    .schedules()
                    .forEach((key, schedule) -> declare(ScheduleKeys.of(task, key), task.id(), schedule));
        }
        for (ScheduleEntry entry : store.schedules().declared()) {
            Task<?, ?> task = tasks.find(entry.task());
            if (task != null
                    && declaring.stream().anyMatch(each -> each.id().equals(task.id()))
                    && task.options().schedules().keySet().stream()
                            .noneMatch(key -> ScheduleKeys.of(task, key).equals(entry.key()))) {
                store.schedules().remove(entry.id());
                LOG.atInfo()
                        .addKeyValue("schedule", entry.key())
                        .addKeyValue("task", task.id())
                        .log("This schedule is in its task's code no more, and deleted");
            }
        }
    }

    private void declare(String key, String task, Schedule schedule) {
        if (book.declare(key, task, schedule).state() == ScheduleState.COMPLETED) {
            LOG.atDebug()
                    .addKeyValue("schedule", key)
                    .addKeyValue("task", task)
                    .log("This schedule will not fire any more");
        }
    }
}

package dev.errand.engine.schedule;

import dev.errand.Schedules;
import dev.errand.Task;
import dev.errand.TaskInfo;
import dev.errand.engine.json.Codec;
import dev.errand.engine.schedule.Scheduler.OpenRuns;
import dev.errand.engine.task.Definitions;
import dev.errand.engine.task.KnownQueues;
import dev.errand.engine.task.Tasks;
import dev.errand.engine.trigger.Triggers;
import dev.errand.store.Store;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.function.Consumer;

/** The schedules of one engine: those in its tasks' code, what is asked of all, and what fires them. */
public final class Scheduling {
    private final Definitions definitions;
    private final StoredSchedules stored;
    private final ScheduleBook book;
    private final DeclaredSchedules declared;
    private final Awakening awakening;
    private final Scheduler scheduler;

    /** @param wake hears when a schedule will be due that was not known to be */
    public Scheduling(
            Store store,
            Codec codec,
            Definitions definitions,
            Triggers triggers,
            Tasks tasks,
            Clock clock,
            OpenRuns openRuns,
            Consumer<Instant> wake) {
        this.definitions = definitions;
        ScheduleCodec forms = new ScheduleCodec(codec);
        ScheduledRuns runs = new ScheduledRuns(triggers, definitions, codec);
        this.stored = new StoredSchedules(store, forms, clock, wake);
        Putting putting = new Putting(stored, forms, runs, store.queues(), clock);
        this.book = new ScheduleBook(stored, putting, runs, openRuns, definitions, clock);
        this.declared = new DeclaredSchedules(store, book, putting, tasks);
        this.awakening = new Awakening(store, forms, tasks, clock, wake);
        this.scheduler = new Scheduler(store, forms, runs, tasks, clock, openRuns, wake);
    }

    public Schedules book() {
        return book;
    }

    public Scheduler scheduler() {
        return scheduler;
    }

    /**
     * Looks whether what stands in the code of tasks could be stored once they are, and throws what {@link Schedules#put} would. Nothing is
     * stored; {@link #declare} refuses none of it then.
     *
     * @param queues those there are by then
     */
    public void check(Collection<Task<?, ?>> coming, KnownQueues queues) {
        declared.check(coming, queues);
    }

    /**
     * Stores what stands in the code of tasks whose definitions are stored, once this node serves them: before, another could take a
     * schedule that it wakes for one whose code is nowhere.
     */
    public void declare(Collection<Task<?, ?>> tasks) {
        declared.declare(tasks);
        if (!tasks.isEmpty()) {
            awakening.wake();
        }
    }

    /** Lets those go on of tasks whose code is here, which others may have put to sleep while this was no node; once it is one again. */
    public void wake() {
        awakening.wake();
    }

    /** Deletes those of a task. */
    public void removeOf(String task) {
        stored.removeOf(definitions.find(task).map(TaskInfo::id).orElse(task));
    }
}

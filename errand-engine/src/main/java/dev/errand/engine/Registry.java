package dev.errand.engine;

import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.engine.json.Codec;
import dev.errand.engine.schedule.Scheduling;
import dev.errand.engine.schema.Contracts;
import dev.errand.engine.task.Definitions;
import dev.errand.engine.task.KnownQueues;
import dev.errand.engine.task.Tasks;
import dev.errand.spi.EngineSettings;
import java.util.List;

/**
 * Brings tasks to this engine and takes them from it while it is open, one at a time; the store knows of them, and their schedules come
 * along. A task that is refused leaves no trace, here and there: what was there under its id is untouched.
 */
final class Registry {
    private final Tasks tasks;
    private final Definitions definitions;
    private final Codec codec;
    private final Contracts contracts;
    private final Scheduling scheduling;
    private final Runnable changed;

    /** @param changed called when the engine has other tasks than before */
    Registry(
            Tasks tasks,
            Definitions definitions,
            Codec codec,
            Contracts contracts,
            Scheduling scheduling,
            Runnable changed) {
        this.tasks = tasks;
        this.definitions = definitions;
        this.codec = codec;
        this.contracts = contracts;
        this.scheduling = scheduling;
        this.changed = changed;
    }

    /** Brings the first tasks, those the engine is opened with, and their queues; their schedules come once others see that their code is here. */
    void open(EngineSettings settings) {
        settings.tasks().forEach(tasks::add);
        tasks.offer().check(check(tasks.all(), settings.queues()));
        definitions.declare(tasks.all(), settings.queues());
    }

    synchronized void add(Task<?, ?> task) {
        bring(tasks.adding(task));
    }

    synchronized void edit(Task<?, ?> task) {
        bring(tasks.editing(task));
    }

    synchronized void put(Task<?, ?> task) {
        bring(tasks.putting(task));
    }

    /** All that can be refused is refused before anything is done. */
    private void bring(Tasks.Change change) {
        List<Task<?, ?>> coming = List.of(change.task());
        try {
            check(coming, List.of());
        } catch (RuntimeException e) {
            forgetTypes();
            throw e;
        }
        tasks.make(change);
        try {
            declare(coming, change.replaces());
        } catch (RuntimeException e) { // the store is out of reach, and may have some of it or nothing
            takeBack(change, e);
            throw e;
        }
    }

    /** Answers which queues there are then. */
    private KnownQueues check(List<Task<?, ?>> coming, List<TaskQueue> queues) {
        definitions.check(coming);
        KnownQueues known = definitions.queues(coming, queues);
        scheduling.check(coming, known);
        return known;
    }

    private void declare(List<Task<?, ?>> coming, boolean replaces) {
        if (replaces) {
            forgetTypes();
        }
        definitions.declare(coming);
        changed.run();
        scheduling.declare(coming);
    }

    /** So that whoever brings the task again finds all as it was; what the store has of it is then overwritten. */
    private void takeBack(Tasks.Change change, RuntimeException reason) {
        tasks.undo(change);
        forgetTypes();
        try {
            changed.run();
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    private void forgetTypes() {
        codec.forgetTypes();
        contracts.forget();
    }

    synchronized void withdraw(String task) {
        if (tasks.remove(task)) {
            forgetTypes();
            changed.run();
        }
    }

    synchronized void remove(String task) {
        withdraw(task);
        scheduling.removeOf(task);
        definitions.remove(task);
    }
}

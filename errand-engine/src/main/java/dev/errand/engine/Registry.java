package dev.errand.engine;

import dev.errand.Task;
import dev.errand.engine.json.Codec;
import dev.errand.engine.schedule.Scheduling;
import dev.errand.engine.schema.Contracts;
import dev.errand.engine.task.Definitions;
import dev.errand.engine.task.Tasks;
import java.util.List;

/** Brings tasks to this engine and takes them from it while it is open; the store knows of them, and their schedules come along. */
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

    void add(Task<?, ?> task) {
        tasks.add(task);
        declare(task);
    }

    void edit(Task<?, ?> task) {
        tasks.edit(task);
        forgetTypes();
        declare(task);
    }

    void put(Task<?, ?> task) {
        tasks.put(task);
        forgetTypes();
        declare(task);
    }

    private void forgetTypes() {
        codec.forgetTypes();
        contracts.forget();
    }

    private void declare(Task<?, ?> task) {
        Task<?, ?> registered = tasks.find(task.id());
        definitions.declare(List.of(registered == null ? task : registered)); // null if it was withdrawn just now
        changed.run();
        scheduling.declare(List.of(task));
    }

    void withdraw(String task) {
        if (tasks.remove(task)) {
            forgetTypes();
            changed.run();
        }
    }

    void remove(String task) {
        withdraw(task);
        scheduling.removeOf(task);
        definitions.remove(task);
    }
}

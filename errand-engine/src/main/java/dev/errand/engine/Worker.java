package dev.errand.engine;

import dev.errand.Machine;
import dev.errand.engine.attempt.Surroundings;
import dev.errand.engine.attempt.Sweeper;
import dev.errand.engine.attempt.Triggering;
import dev.errand.engine.batch.BatchKeeper;
import dev.errand.engine.child.ChildMain;
import dev.errand.engine.claim.Dispatcher;
import dev.errand.engine.events.LatestEvents;
import dev.errand.engine.events.Waker;
import dev.errand.engine.isolation.ChildPool;
import dev.errand.engine.json.Codec;
import dev.errand.engine.keep.Keeper;
import dev.errand.engine.operation.StoredOperations;
import dev.errand.engine.record.Recorder;
import dev.errand.engine.schedule.Scheduling;
import dev.errand.engine.schema.Contracts;
import dev.errand.engine.task.Tasks;
import dev.errand.engine.time.Alarm;
import dev.errand.engine.trigger.Triggers;
import dev.errand.engine.value.Values;
import dev.errand.spi.EngineSettings;
import dev.errand.store.NewRun;
import dev.errand.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The part of an engine that works: claims, attempts, records, and looks after the store. An engine that only triggers has none. */
final class Worker implements AutoCloseable {
    /** How long bodies have to end once they were interrupted by a shutdown. */
    private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(5);

    final Dispatcher dispatcher;
    final Keeper keeper;
    final BatchKeeper batches;
    private final EngineSettings settings;
    private final Recorder recorder;
    private final Alarm alarm;
    private final Sweeper sweeper = new Sweeper();
    private final ChildPool children;

    Worker(
            EngineSettings settings,
            Store store,
            Tasks tasks,
            Contracts contracts,
            Codec codec,
            Triggers triggers,
            Triggering triggering,
            Membership membership,
            Values values,
            LatestEvents events,
            Waker waker,
            Machine budget,
            Scheduling scheduling,
            StoredOperations operations) {
        this.settings = settings;
        this.alarm = new Alarm(settings.clock());
        this.recorder = new Recorder(store);
        this.batches = new BatchKeeper(store.batches(), triggers);
        recorder.onEnd(end -> {
            batches.ended(end);
            operations.ended(end);
        });
        this.children = new ChildPool(ChildMain.class.getName(), settings.warmProcesses());
        Surroundings surroundings = new Surroundings(
                store,
                contracts,
                codec,
                recorder,
                alarm,
                sweeper,
                settings.clock(),
                triggering,
                membership.locks(),
                values,
                events,
                this::wakeAt,
                children,
                settings.hooks(),
                settings.maxOutput(),
                settings.effectValidation());
        this.dispatcher = new Dispatcher(store, tasks, surroundings, settings.concurrency(), budget);
        this.keeper = new Keeper(
                store,
                dispatcher,
                settings.clock(),
                settings.retention(),
                () -> rejoin(membership, scheduling),
                operations::upkeep,
                waker::look,
                scheduling.scheduler());
    }

    private static void rejoin(Membership membership, Scheduling scheduling) {
        membership.join();
        scheduling.wake();
    }

    void wakeAt(Instant instant) {
        keeper.wakeAt(instant);
    }

    /** New runs are stored: some are due, or expire, at a time to come. */
    void enqueued(List<NewRun> runs) {
        for (NewRun run : runs) {
            if (run.dueAt().isAfter(run.createdAt())) {
                keeper.wakeAt(run.dueAt());
            }
            if (run.expiresAt() != null) {
                keeper.wakeAt(run.expiresAt());
            }
        }
    }

    /** The tasks whose code is here have changed. */
    void serve(Tasks tasks) {
        dispatcher.refresh();
        children.keep(tasks.isolatedOn());
    }

    void start() {
        keeper.start();
        dispatcher.start();
        batches.start();
    }

    @Override
    public void close() {
        dispatcher.close(settings.drain(), AFTER_INTERRUPT);
        recorder.close();
        batches.close();
        keeper.close();
        sweeper.close();
        children.close();
        alarm.close();
    }
}

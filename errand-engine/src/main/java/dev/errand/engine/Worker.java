package dev.errand.engine;

import dev.errand.engine.attempt.Surroundings;
import dev.errand.engine.attempt.Sweeper;
import dev.errand.engine.attempt.Triggering;
import dev.errand.engine.claim.Dispatcher;
import dev.errand.engine.json.Codec;
import dev.errand.engine.keep.Keeper;
import dev.errand.engine.record.Recorder;
import dev.errand.engine.schema.Contracts;
import dev.errand.engine.task.Tasks;
import dev.errand.engine.time.Alarm;
import dev.errand.spi.EngineSettings;
import dev.errand.store.Store;
import java.time.Duration;
import java.time.Instant;

/** The part of an engine that works: claims, attempts, records, and looks after the store. An engine that only triggers has none. */
final class Worker implements AutoCloseable {
    /** How long bodies have to end once they were interrupted by a shutdown. */
    private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(5);

    final Dispatcher dispatcher;
    final Keeper keeper;
    private final EngineSettings settings;
    private final Recorder recorder;
    private final Alarm alarm;
    private final Sweeper sweeper = new Sweeper();

    Worker(
            EngineSettings settings,
            Store store,
            Tasks tasks,
            Contracts contracts,
            Codec codec,
            Triggering triggering,
            Runnable rejoin) {
        this.settings = settings;
        this.alarm = new Alarm(settings.clock());
        this.recorder = new Recorder(store);
        Surroundings surroundings = new Surroundings(
                store,
                contracts,
                codec,
                recorder,
                alarm,
                sweeper,
                settings.clock(),
                triggering,
                this::wakeAt,
                settings.hooks(),
                settings.maxOutput());
        this.dispatcher = new Dispatcher(store, tasks, surroundings, settings.concurrency());
        this.keeper = new Keeper(store, dispatcher, settings.clock(), settings.retention(), rejoin);
    }

    void wakeAt(Instant instant) {
        keeper.wakeAt(instant);
    }

    void start() {
        keeper.start();
        dispatcher.start();
    }

    @Override
    public void close() {
        dispatcher.close(settings.drain(), AFTER_INTERRUPT);
        recorder.close();
        keeper.close();
        sweeper.close();
        alarm.close();
    }
}

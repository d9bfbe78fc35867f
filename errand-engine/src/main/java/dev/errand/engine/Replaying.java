package dev.errand.engine;

import dev.errand.ReplayOptions;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.StoreException;
import dev.errand.engine.step.StepsBefore;
import dev.errand.engine.trigger.Replays;
import dev.errand.store.Replay;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** Triggers runs that repeat others. */
final class Replaying {
    private final Engine engine;

    Replaying(Engine engine) {
        this.engine = engine;
    }

    /** See {@link Run#replay(ReplayOptions)}. */
    <O extends @Nullable Object> Run<O> like(RunInfo run, ReplayOptions options, Type outputType) {
        String metadata = engine.store().notes().triggeredMetadata(run.id()).orElse(null);
        Replays.Made made = new Replays(engine.triggers(), engine.codec()).of(run, metadata, options);
        return engine.store(made.run(), made.options(), null, outputType);
    }

    /** See {@link Run#replayFrom}. */
    RunId from(RunInfo run, String step) {
        StepsBefore before = StepsBefore.of(engine.store(), engine.codec(), run.id(), step);
        Replay again = new Replay(engine.triggers().replay(run), before.positions(), before.awaited());
        if (!engine.replay(again)) {
            engine.lookup().get(run.id()); // or it throws that there is no such run any more
            throw new StoreException(
                    "What is kept of run %s has changed since it was read; ask again".formatted(run.id()));
        }
        return again.run().id();
    }
}

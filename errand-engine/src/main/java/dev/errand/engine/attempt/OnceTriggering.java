package dev.errand.engine.attempt;

import dev.errand.IdempotencyKey;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.engine.step.Spawns;
import dev.errand.engine.trigger.Origin;
import dev.errand.engine.trigger.TriggerKeys;
import dev.errand.store.NewRun;
import java.lang.reflect.Type;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Triggers each run once, however often it is told to. */
final class OnceTriggering implements Triggering {
    private final Triggering triggering;
    private final Spawns spawns;
    private final boolean perAttempt;

    /** @param perAttempt once in each attempt, and not once in all */
    OnceTriggering(Triggering triggering, Spawns spawns, boolean perAttempt) {
        this.triggering = triggering;
        this.spawns = spawns;
        this.perAttempt = perAttempt;
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> Run<O> trigger(
            Task<P, O> task, P payload, TriggerOptions options, @Nullable Origin origin) {
        NewRun made = triggering.make(task, payload, options, Objects.requireNonNull(origin));
        return once(made, options, task.outputType(), () -> triggering.trigger(task, payload, options, origin));
    }

    @Override
    public Run<Json> trigger(String task, @Nullable Object payload, TriggerOptions options, @Nullable Origin origin) {
        NewRun made = triggering.make(task, payload, options, Objects.requireNonNull(origin));
        return once(made, options, Json.class, () -> triggering.trigger(task, payload, options, origin));
    }

    /** @param keyed triggers it by its keys, by which it would be the same run again */
    private <O extends @Nullable Object> Run<O> once(
            NewRun made, TriggerOptions options, Type outputType, Supplier<Run<O>> keyed) {
        String key = spawns.key(made, perAttempt || isPerAttempt(options.idempotencyKey()));
        RunId before = spawns.before(key);
        if (before != null) {
            return triggering.handle(before, outputType, true);
        }
        if (TriggerKeys.any(options)) {
            Run<O> run = keyed.get();
            spawns.triggered(key, made, run.id());
            return run;
        }
        spawns.trigger(key, made);
        return triggering.handle(made.id(), outputType, false);
    }

    private static boolean isPerAttempt(@Nullable IdempotencyKey key) {
        return key != null && key.scope() == IdempotencyKey.Scope.ATTEMPT;
    }
}

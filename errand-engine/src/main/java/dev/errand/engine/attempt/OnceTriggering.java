package dev.errand.engine.attempt;

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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Triggers each run once, however often it is told to; one with a key once in an attempt, since the key says what is to be once in all. */
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
        return once(
                task.id(),
                () -> triggering.make(task, payload, options, origin),
                TriggerKeys.any(options) ? () -> triggering.trigger(task, payload, options, origin) : null,
                task.outputType(),
                isBodys(origin));
    }

    @Override
    public Run<Json> trigger(String task, @Nullable Object payload, TriggerOptions options, @Nullable Origin origin) {
        return once(
                task,
                () -> triggering.make(task, payload, options, origin),
                TriggerKeys.any(options) ? () -> triggering.trigger(task, payload, options, origin) : null,
                Json.class,
                isBodys(origin));
    }

    /** Whether this is the thread on which the body was called. */
    private static boolean isBodys(@Nullable Origin origin) {
        return origin != null && origin.equals(Inside.origin());
    }

    /**
     * Triggers it unless it was.
     *
     * @param keyed triggers it by its keys; null if it has none
     * @param inOrder whether triggers of a task always come in the same order; else they are told apart by what they say
     */
    private <O extends @Nullable Object> Run<O> once(
            String task, Supplier<NewRun> make, @Nullable Supplier<Run<O>> keyed, Type outputType, boolean inOrder) {
        NewRun made = inOrder ? null : make.get();
        Spawns.Spawn spawn = spawns.next(task, made == null ? null : made.payload(), perAttempt || keyed != null);
        RunId before = spawn.before();
        if (before != null) {
            return triggering.handle(before, outputType, true);
        }
        if (keyed != null) {
            Run<O> run = keyed.get();
            spawn.triggeredAs(run.id());
            return run;
        }
        NewRun run = made == null ? make.get() : made;
        spawn.trigger(run);
        return triggering.handle(run.id(), outputType, false);
    }
}

package dev.errand.engine.attempt;

import dev.errand.Json;
import dev.errand.QueueFullException;
import dev.errand.Run;
import dev.errand.StoreException;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.engine.json.Codec;
import dev.errand.engine.step.Spawns;
import dev.errand.engine.trigger.Origin;
import dev.errand.engine.trigger.TriggerKeys;
import dev.errand.engine.trigger.TriggerText;
import dev.errand.store.NewRun;
import java.lang.reflect.Type;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Triggers each run once, however often it is told to; one with a key once in an attempt, since the key says what is to be once in all. */
final class OnceTriggering implements Triggering {
    private final Triggering triggering;
    private final Settlement settlement;
    private final Codec codec;
    private final boolean perAttempt;
    private final boolean inOrder;

    /**
     * For one who triggers.
     *
     * @param perAttempt once in each attempt, and not once in all
     * @param inOrder whether triggers of a task always come in the same order; else they are told apart by what they say
     */
    OnceTriggering(Triggering triggering, Settlement settlement, Codec codec, boolean perAttempt, boolean inOrder) {
        this.triggering = triggering;
        this.settlement = settlement;
        this.codec = codec;
        this.perAttempt = perAttempt;
        this.inOrder = inOrder;
    }

    @Override
    public <P extends @Nullable Object, O extends @Nullable Object> Run<O> trigger(
            Task<P, O> task, P payload, TriggerOptions options, @Nullable Origin origin) {
        return once(
                task.id(),
                () -> TriggerText.of(task.id(), payload, task.payloadType(), options, codec),
                () -> triggering.make(task, payload, options, origin),
                () -> triggering.trigger(task, payload, options, origin),
                TriggerKeys.any(options),
                task.outputType());
    }

    @Override
    public Run<Json> trigger(String task, @Nullable Object payload, TriggerOptions options, @Nullable Origin origin) {
        Type type = payload == null ? Json.class : payload.getClass();
        return once(
                task,
                () -> TriggerText.of(task, payload, type, options, codec),
                () -> triggering.make(task, payload, options, origin),
                () -> triggering.trigger(task, payload, options, origin),
                TriggerKeys.any(options),
                Json.class);
    }

    /**
     * Triggers it unless it was.
     *
     * @param text what it says, by which it is told from others if not by its order
     * @param direct triggers it whenever it is called; by its keys if it has any
     */
    private <O extends @Nullable Object> Run<O> once(
            String task,
            Supplier<byte[]> text,
            Supplier<NewRun> make,
            Supplier<Run<O>> direct,
            boolean keyed,
            Type outputType) {
        if (!settlement.spawning()) {
            return direct.get();
        }
        try {
            Spawns.Spawn spawn = settlement.spawns().next(task, text, inOrder, perAttempt || keyed);
            Spawns.Triggered before = spawn.before();
            if (before != null) {
                return triggering.handle(before.run(), outputType, before.hit());
            }
            return keyed ? byKey(spawn, direct) : anew(spawn, make.get(), outputType);
        } finally {
            settlement.spawned();
        }
    }

    private <O extends @Nullable Object> Run<O> anew(Spawns.Spawn spawn, NewRun made, Type outputType) {
        spawn.trigger(made);
        return triggering.handle(made.id(), outputType, false);
    }

    private static <O extends @Nullable Object> Run<O> byKey(Spawns.Spawn spawn, Supplier<Run<O>> keyed) {
        Run<O> run;
        try {
            run = keyed.get();
        } catch (StoreException e) {
            spawn.takeBack();
            throw e;
        } catch (QueueFullException e) {
            spawn.refused();
            throw e;
        }
        spawn.triggeredAs(run.id(), run.isHit());
        return run;
    }
}

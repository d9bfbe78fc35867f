package dev.errand.engine.attempt;

import dev.errand.EffectValidation;
import dev.errand.TaskHooks;
import dev.errand.engine.events.LatestEvents;
import dev.errand.engine.isolation.ChildPool;
import dev.errand.engine.json.Codec;
import dev.errand.engine.lock.Locks;
import dev.errand.engine.record.Recorder;
import dev.errand.engine.schema.Contracts;
import dev.errand.engine.time.Alarm;
import dev.errand.engine.value.Values;
import dev.errand.store.Store;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What every attempt of an engine uses.
 *
 * @param wakeAt told of instants at which something will be due
 * @param children where bodies of isolated attempts execute
 * @param hooks called around the attempts of all tasks, in order
 * @param maxOutput the largest output in bytes, emitted items included
 * @param effectValidation whether bodies are executed twice
 */
public record Surroundings(
        Store store,
        Contracts contracts,
        Codec codec,
        Recorder recorder,
        Alarm alarm,
        Sweeper sweeper,
        Clock clock,
        Triggering triggering,
        Locks locks,
        Values values,
        LatestEvents events,
        Consumer<Instant> wakeAt,
        ChildPool children,
        List<TaskHooks<@Nullable Object, @Nullable Object>> hooks,
        int maxOutput,
        EffectValidation effectValidation) {}

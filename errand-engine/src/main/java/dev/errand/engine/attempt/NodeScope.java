package dev.errand.engine.attempt;

import dev.errand.EffectValidation;
import dev.errand.TaskHooks;
import dev.errand.engine.events.LatestEvents;
import dev.errand.engine.json.Codec;
import dev.errand.engine.lock.Locks;
import dev.errand.engine.schema.Contracts;
import dev.errand.engine.value.Values;
import dev.errand.store.Claim;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an attempt of this node has of its engine, as all of them have. */
abstract class NodeScope implements Scope {
    final Claim claim;
    final Surroundings with;

    NodeScope(Claim claim, Surroundings with) {
        this.claim = claim;
        this.with = with;
    }

    @Override
    public Claim claim() {
        return claim;
    }

    Surroundings surroundings() {
        return with;
    }

    @Override
    public Instant now() {
        return with.clock().instant().truncatedTo(ChronoUnit.MICROS);
    }

    @Override
    public Codec codec() {
        return with.codec();
    }

    @Override
    public Contracts contracts() {
        return with.contracts();
    }

    @Override
    public List<TaskHooks<@Nullable Object, @Nullable Object>> hooks() {
        return with.hooks();
    }

    @Override
    public int maxOutput() {
        return with.maxOutput();
    }

    @Override
    public EffectValidation effectValidation() {
        return with.effectValidation();
    }

    @Override
    public Triggering triggering() {
        return with.triggering();
    }

    @Override
    public Locks locks() {
        return with.locks();
    }

    @Override
    public Values values() {
        return with.values();
    }

    @Override
    public LatestEvents events() {
        return with.events();
    }
}

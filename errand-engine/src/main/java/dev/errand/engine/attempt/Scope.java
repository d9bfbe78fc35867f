package dev.errand.engine.attempt;

import dev.errand.EffectValidation;
import dev.errand.TaskHooks;
import dev.errand.engine.events.LatestEvents;
import dev.errand.engine.json.Codec;
import dev.errand.engine.lock.Locks;
import dev.errand.engine.record.Outcome;
import dev.errand.engine.schema.Contracts;
import dev.errand.engine.step.Bookmark;
import dev.errand.engine.step.Journal;
import dev.errand.engine.step.Places;
import dev.errand.engine.trigger.Origin;
import dev.errand.engine.value.Values;
import dev.errand.store.Claim;
import dev.errand.store.RunOptions;
import java.sql.Connection;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An attempt as its body, the hooks around that and its context need it: one of this node's, or one a child process makes for a node. */
interface Scope {
    Claim claim();

    Instant now();

    Codec codec();

    /** What payloads of tasks must look like. */
    Contracts contracts();

    /** Called around the attempts of all tasks, in order. */
    List<TaskHooks<@Nullable Object, @Nullable Object>> hooks();

    /** The largest output in bytes, emitted items included. */
    int maxOutput();

    /** Whether the body is executed twice. */
    EffectValidation effectValidation();

    /** What decides about an attempt that failed. */
    Verdicts verdicts();

    /** Where the body's notes go. */
    NoteTaker notes();

    Triggering triggering();

    /**
     * Triggers each run once, however often the code is called that does.
     *
     * @param perAttempt once in each attempt, and not once in all
     */
    Triggering triggeringOnce(boolean perAttempt);

    /** @throws IllegalStateException if the body is in a process that cannot take locks */
    Locks locks();

    /** @throws IllegalStateException if the body is in a process that has no way to the store */
    Values values();

    /** Likewise. */
    LatestEvents events();

    /** What its body has said. */
    Tally tally();

    /** Where in the body its threads are. */
    Places places();

    /** What the body has said will be kept before whatever is recorded from now on. */
    void flush();

    /** Where it was when its body was unwound to wait; null if its body is called for the first time. */
    @Nullable
    Bookmark bookmark();

    /** Where the steps of its run are kept; to be asked for once. */
    Journal journal();

    /** @throws IllegalStateException if the body is in a process that has no way to the store's database */
    void requireTransactions();

    /** See {@link dev.errand.RunContext#complete}. */
    void complete(Connection connection, @Nullable Object output);

    /** Whether the body was asked to stop. */
    boolean isStopping();

    /** Whether it does not matter any more what the body does. */
    boolean isGivenUp();

    /** What comes of it since it was asked to stop. */
    Outcome stopped();

    /** Hooks are around the body from now on. */
    void began(Lifecycle hooks);

    /** The body, as what it triggers remembers it. */
    default Origin origin() {
        RunOptions options = claim().options();
        return new Origin(
                claim().run(),
                claim().attempt(),
                options.root() == null ? claim().run() : options.root(),
                options.parent() == null ? (Integer) 0 : options.depth());
    }

    /** What is wrong if an output is larger than what is kept; null if it is not. */
    default @Nullable String tooLarge(byte[] output) {
        long bytes = output.length + notes().emittedBytes();
        return bytes <= maxOutput()
                ? null
                : "The output has %,d bytes; at most %,d are kept. Write large data elsewhere and return where it is"
                        .formatted(bytes, maxOutput());
    }
}

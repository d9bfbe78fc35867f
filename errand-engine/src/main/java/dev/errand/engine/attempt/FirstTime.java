package dev.errand.engine.attempt;

import dev.errand.engine.step.Said;
import dev.errand.engine.step.Steps;
import dev.errand.engine.value.Reads;
import java.sql.Connection;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells what a body says and triggers for the first time from what it says again, since it is called again after a wait. */
final class FirstTime {
    private final Scope scope;
    private final Supplier<@Nullable Steps> steps;
    private final BooleanSupplier unwinding;
    private final BooleanSupplier inBody;
    private volatile boolean once;

    /**
     * Nothing was said yet.
     *
     * @param steps of the body; null while there are none
     * @param unwinding whether the body is being unwound to wait, of which nothing is known when it is called again
     * @param inBody whether the body is at work, and not hooks around it
     */
    FirstTime(Scope scope, Supplier<@Nullable Steps> steps, BooleanSupplier unwinding, BooleanSupplier inBody) {
        this.scope = scope;
        this.steps = steps;
        this.unwinding = unwinding;
        this.inBody = inBody;
    }

    /** What is said from now on is not said again when the body is called again, or will be. */
    void once(boolean from) {
        once = from;
    }

    /**
     * Something is said. Answers whether it was not said before the body waited; of a thread of which nobody knows for which branch it works, it may
     * have been.
     */
    boolean isNew(Said.Kind kind) {
        refuseInCondition(kind);
        return isOnce()
                || scope.places().isApart()
                || scope.tally().isNew(scope.places().here().path(), kind);
    }

    private static void refuseInCondition(Said.Kind kind) {
        switch (kind) {
            case ITEM -> Reads.refuse("Nothing was emitted");
            case EVENT -> Reads.refuse("No event was raised");
            case METADATA -> Reads.refuse("Metadata was not changed");
            case LINE, PROGRESS -> {} // for who looks on, and may see each look
        }
    }

    /** Whether what is said now is not said again when the body is: a step that is kept says it, a hook of the start, or what follows the wait. */
    private boolean isOnce() {
        Steps known = steps.get();
        return once || unwinding.getAsBoolean() || (known != null && known.isKept());
    }

    /** How a run is triggered now. */
    Triggering triggering() {
        Reads.refuse("No run was triggered");
        if (isOnce()) {
            Steps known = steps.get();
            Connection connection = known == null ? null : known.transaction();
            return connection == null ? scope.triggering() : scope.triggering().in(connection);
        }
        return scope.triggeringOnce(!inBody.getAsBoolean());
    }
}

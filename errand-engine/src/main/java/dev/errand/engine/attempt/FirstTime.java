package dev.errand.engine.attempt;

import dev.errand.engine.step.Said;
import dev.errand.engine.step.Steps;
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

    /** Something is said. Answers whether it was not said before the body waited. */
    boolean isNew(Said.Kind kind) {
        return isOnce() || scope.tally().isNew(kind);
    }

    /** Whether what is said now is not said again when the body is: a step that is kept says it, a hook of the start, or what follows the wait. */
    private boolean isOnce() {
        Steps known = steps.get();
        return once || unwinding.getAsBoolean() || (known != null && known.isKept());
    }

    /** How a run is triggered now. */
    Triggering triggering() {
        if (isOnce()) {
            Steps known = steps.get();
            Connection connection = known == null ? null : known.transaction();
            return connection == null ? scope.triggering() : scope.triggering().in(connection);
        }
        return scope.triggeringOnce(!inBody.getAsBoolean());
    }
}

package dev.errand.engine.attempt;

import dev.errand.engine.lock.Locks;
import dev.errand.engine.step.Waits;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a body's waits need of its attempt. */
final class AroundWaits implements Waits.Around {
    private final Scope scope;
    private final Supplier<Locks.@Nullable Owner> locksOwner;
    private volatile @Nullable Lifecycle hooks;
    private volatile boolean inBody;

    /** @param locksOwner as whom the body takes locks; null while it took none */
    AroundWaits(Scope scope, Supplier<Locks.@Nullable Owner> locksOwner) {
        this.scope = scope;
        this.locksOwner = locksOwner;
    }

    /** There are hooks around the body. */
    void hooked(Lifecycle lifecycle) {
        hooks = lifecycle;
    }

    /** The body is called from now on, or has ended; hooks around it, and in its midst, are none of it. */
    void inBody(boolean from) {
        inBody = from;
    }

    boolean isInBody() {
        return inBody;
    }

    @Override
    public Instant now() {
        Instant now = scope.now();
        Instant due = scope.claim().dueAt(); // which has come by the store's clock, that ours may be behind
        return scope.claim().resumed() && due.isAfter(now) ? due : now;
    }

    @Override
    public void requireMayWait(String what) {
        if (!inBody) {
            throw new IllegalStateException(
                    "%s: only the body of a task waits, not the hooks around it. Wait in the body".formatted(what));
        }
        if (!scope.origin().equals(Inside.origin())) {
            throw new IllegalStateException(
                    "%s: only the thread that the task's body was called on can wait, which ends meanwhile. Wait there"
                            .formatted(what));
        }
        Locks.Owner owner = locksOwner.get();
        if (owner != null && scope.locks().isHolding(owner)) {
            throw new IllegalStateException(
                    "%s: the body holds a lock, which others want meanwhile. Give it back before, and take it again after"
                            .formatted(what));
        }
    }

    @Override
    public void waiting() {
        Lifecycle known = hooks;
        if (known != null) {
            apart(known::waiting);
        }
    }

    @Override
    public void resumed() {
        Lifecycle known = hooks;
        if (known != null) {
            apart(known::resumed);
        }
    }

    private void apart(Runnable call) {
        inBody = false;
        try {
            call.run();
        } finally {
            inBody = true;
        }
    }
}

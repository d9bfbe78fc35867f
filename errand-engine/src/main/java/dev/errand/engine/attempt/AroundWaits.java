package dev.errand.engine.attempt;

import dev.errand.NamedLock;
import dev.errand.engine.lock.Locks;
import dev.errand.engine.step.BodyParts;
import dev.errand.engine.step.Place;
import dev.errand.engine.step.Waits;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a body's waits, its loop and its branches need of its attempt. */
final class AroundWaits implements Waits.Around, BodyParts {
    private static final Class<?> OWNER = Locks.Owner.class;

    private final Scope scope;
    private final boolean platformThreads;
    private volatile @Nullable Lifecycle hooks;
    private volatile boolean inBody;
    private volatile boolean takesLocks;

    /** @param platformThreads whether branches have threads as the body has which asked for one of the operating system */
    AroundWaits(Scope scope, boolean platformThreads) {
        this.scope = scope;
        this.platformThreads = platformThreads;
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
    public void requireInBody(String what) {
        if (!inBody) {
            throw new IllegalStateException(
                    "%s: only the body of a task waits, not the hooks around it. Wait in the body".formatted(what));
        }
        if (!scope.origin().equals(Inside.origin())) {
            throw new IllegalStateException(
                    "%s: only the thread that the task's body was called on can wait, which ends meanwhile, and those of its branches. Wait there"
                            .formatted(what));
        }
    }

    @Override
    public void requireMayWait(String what) {
        requireInBody(what);
        if (isHoldingLock()) {
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

    // ── locks: a branch takes them for itself, so that another may wait meanwhile

    /** A lock for whoever takes it; from now on there is an owner who ends with the body, also for threads that it leaves behind. */
    NamedLock lock(String name) {
        NamedLock lock = scope.locks().lock(name, this::owner);
        owner();
        return lock;
    }

    /** As whom the calling thread takes locks. */
    private Locks.Owner owner() {
        takesLocks = true;
        Place branch = scope.places().here().branch();
        return branch.of(OWNER, () -> newOwner(branch));
    }

    private Locks.Owner newOwner(Place branch) {
        return new Locks.Owner(scope.claim().run(), scope.claim().attempt(), branch::isAwaitedBy);
    }

    /** Whether the branch that the calling thread is in holds one, or what it is a branch of does. */
    private boolean isHoldingLock() {
        for (Place place = takesLocks ? scope.places().here() : null; place != null; place = place.outer()) {
            if (place.of(OWNER) instanceof Locks.Owner owner && scope.locks().isHolding(owner)) {
                return true;
            }
        }
        return false;
    }

    /** The body has ended, or lost its run: it takes no locks any more. */
    void giveLocksBack() {
        if (takesLocks) {
            scope.locks().ended(owner());
        }
    }

    @Override
    public void ended(Place branch) {
        if (branch.of(OWNER) instanceof Locks.Owner owner) {
            scope.locks().ended(owner);
        }
    }

    // ── loops and branches

    @Override
    public void flush() {
        scope.flush();
    }

    @Override
    public void over(Predicate<String> paths) {
        scope.tally().over(paths);
    }

    @Override
    public void again(Predicate<String> paths) {
        scope.tally().again(paths);
    }

    @Override
    public Thread start(Runnable code) {
        Thread.Builder threads = platformThreads ? Thread.ofPlatform().daemon() : Thread.ofVirtual();
        return threads.name("errand-branch").start(() -> {
            Inside.enter(scope.origin());
            try (LogContext said = LogContext.of(scope.claim())) {
                code.run();
            } finally {
                Inside.leave();
            }
        });
    }
}

package dev.errand.engine.lock;

import dev.errand.LockLostException;
import dev.errand.store.LockRequest;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A thread's place in a lock's line: it waits there, holds the lock, and may lose either. */
final class Hold {
    private enum State {
        ASKING,
        WAITING,
        HELD,
        LOST,
        OVER
    }

    private final LockRequest request;
    private final Locks.Owner owner;
    private final Thread thread = Thread.currentThread();
    private final ReentrantLock guard = new ReentrantLock();
    private final Condition changed = guard.newCondition();
    private State state = State.ASKING;
    private boolean interrupted;

    Hold(LockRequest request, Locks.Owner owner) {
        this.request = request;
        this.owner = owner;
    }

    LockRequest request() {
        return request;
    }

    boolean isOf(Locks.Owner one) {
        return owner.equals(one);
    }

    Thread thread() {
        return thread;
    }

    boolean isOfThisThread() {
        return thread.equals(Thread.currentThread());
    }

    /** The store has said that it stands in the line, so that it is lost if it is missing there. */
    void stands() {
        guard.lock();
        try {
            if (state == State.ASKING) {
                state = State.WAITING;
            }
        } finally {
            guard.unlock();
        }
    }

    /** It is the first; which may be heard before the answer that it stands there. */
    void granted() {
        guard.lock();
        try {
            if (state == State.ASKING || state == State.WAITING) {
                state = State.HELD;
                changed.signalAll();
            }
        } finally {
            guard.unlock();
        }
    }

    /** Whether it is known to stand in the store's line. */
    boolean isStanding() {
        guard.lock();
        try {
            return state == State.WAITING || state == State.HELD;
        } finally {
            guard.unlock();
        }
    }

    /**
     * Waits until it is the first.
     *
     * @param nanos how long; null for ever
     * @return whether it came to that
     */
    boolean await(@Nullable Long nanos) throws InterruptedException {
        long left = nanos == null ? Long.MAX_VALUE : nanos;
        guard.lockInterruptibly();
        try {
            while (state == State.WAITING && left > 0) {
                long before = System.nanoTime();
                changed.awaitNanos(Math.min(left, TimeUnit.HOURS.toNanos(1)));
                left = nanos == null ? left : left - (System.nanoTime() - before);
            }
            if (state == State.LOST) {
                throw new LockLostException(request.name());
            }
            return state == State.HELD;
        } finally {
            guard.unlock();
        }
    }

    /**
     * Others may have it from now on: stops who waits, interrupts who is inside.
     *
     * @return whether its thread was there until now
     */
    boolean lose() {
        guard.lock();
        try {
            if (state == State.OVER || state == State.LOST) {
                return false;
            }
            if (state == State.HELD) {
                interrupted = true;
                thread.interrupt();
            }
            state = State.LOST;
            changed.signalAll();
            return true;
        } finally {
            guard.unlock();
        }
    }

    /** Its thread is outside again, and interrupted no more for its sake. Answers whether it had the lock until now. */
    boolean end() {
        guard.lock();
        try {
            boolean held = state == State.HELD;
            state = State.OVER;
            if (interrupted && !owner.isAtWork() && isOfThisThread()) {
                Thread.interrupted(); // it was for the code that has ended
            }
            return held;
        } finally {
            guard.unlock();
        }
    }
}

package dev.errand.engine.events;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A call that is handed to an executor of the user's. It is made there once, or withdrawn before it has begun: an executor that drops its work,
 * or was busy too long, then calls nothing when it gets to it after all. Made and waited for by one thread.
 */
final class Offer implements Runnable {
    private enum State {
        OPEN,
        BEGUN,
        DONE,
        WITHDRAWN
    }

    private final Handover.Code code;
    private final Thread waiter = Thread.currentThread();
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
    /** What the code threw; read once it is done. */
    private @Nullable Throwable thrown;

    Offer(Handover.Code code) {
        this.code = code;
    }

    @Override
    public void run() {
        if (state.compareAndSet(State.OPEN, State.BEGUN)) {
            thrown = Handover.callHere(code);
            state.set(State.DONE);
            LockSupport.unpark(waiter);
        }
    }

    /** Whether nobody has begun it, nor withdrawn. */
    boolean isOpen() {
        return state.get() == State.OPEN;
    }

    /** Answers whether nobody had begun it; then nobody does. */
    boolean withdraw() {
        return state.compareAndSet(State.OPEN, State.WITHDRAWN);
    }

    /** Until somebody has done something with it, or for so long; may come back before. */
    void await(long nanos) {
        LockSupport.parkNanos(this, nanos);
        Thread.interrupted(); // nobody is to interrupt this thread but a listener that is called on it
    }

    /** What it threw, once it is done, if it was begun; null for nothing. */
    @Nullable
    Throwable outcome() {
        while (state.get() != State.DONE) {
            await(Long.MAX_VALUE);
        }
        return thrown;
    }
}

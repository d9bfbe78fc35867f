package dev.errand.engine.lock;

import dev.errand.LockLostException;
import dev.errand.NamedLock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A lock as its user sees it: take, run, give back. */
final class HeldLock implements NamedLock {
    private final Locks locks;
    private final String name;
    private final Supplier<Locks.Owner> owner;

    HeldLock(Locks locks, String name, Supplier<Locks.Owner> owner) {
        this.locks = locks;
        this.name = name;
        this.owner = owner;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public <X extends Exception> void run(Action<X> code) throws X, InterruptedException {
        hold(null, asCall(code));
    }

    @Override
    public <X extends Exception> void run(Duration patience, Action<X> code) throws X, InterruptedException {
        hold(checked(patience), asCall(code));
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T call(Call<T, X> code) throws X, InterruptedException {
        return hold(null, code);
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T call(Duration patience, Call<T, X> code)
            throws X, InterruptedException {
        return hold(checked(patience), code);
    }

    private static <X extends Exception> Call<@Nullable Object, X> asCall(Action<X> code) {
        Objects.requireNonNull(code, "code");
        return () -> {
            code.run();
            return null;
        };
    }

    private static Duration checked(Duration patience) {
        if (patience.isNegative()) {
            throw new IllegalArgumentException("the patience for a lock is " + patience + "; it cannot be negative");
        }
        return patience;
    }

    private <T extends @Nullable Object, X extends Exception> T hold(@Nullable Duration patience, Call<T, X> code)
            throws X, InterruptedException {
        Objects.requireNonNull(code, "code");
        Locks.Owner mine = owner.get();
        Locks.checkStillOwns(mine);
        LocalLine line = locks.enter(name);
        try {
            Locks.refuseCircle(name, line, mine);
            return line.isMine() ? code.call() : inTurn(line, mine, patience, code);
        } finally {
            locks.leave(name);
        }
    }

    private <T extends @Nullable Object, X extends Exception> T inTurn(
            LocalLine line, Locks.Owner mine, @Nullable Duration patience, Call<T, X> code)
            throws X, InterruptedException {
        long nanos = patience == null ? 0 : TimeUnit.NANOSECONDS.convert(patience);
        long end = System.nanoTime() + nanos;
        if (patience == null) {
            line.turn.acquire();
        } else if (!line.turn.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
            throw locks.timedOut(name, patience);
        }
        try {
            Hold hold = locks.take(name, mine, patience == null ? null : end - System.nanoTime());
            if (hold == null) {
                throw locks.timedOut(name, Objects.requireNonNull(patience));
            }
            line.hold = hold;
            return inside(hold, code);
        } finally {
            line.hold = null;
            line.turn.release();
        }
    }

    private <T extends @Nullable Object, X extends Exception> T inside(Hold hold, Call<T, X> code) throws X {
        T answer;
        boolean kept;
        try {
            answer = code.call();
        } finally {
            kept = locks.giveBack(hold);
        }
        if (!kept) {
            throw new LockLostException(name);
        }
        return answer;
    }
}

package dev.errand.engine.lock;

import dev.errand.ClaimLostException;
import dev.errand.LockInfo;
import dev.errand.LockLostException;
import dev.errand.LockTimeoutException;
import dev.errand.NamedLock;
import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.store.LockAnswer;
import dev.errand.store.LockRequest;
import dev.errand.store.LockStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The locks of this engine. The threads that want a lock stand in a line of this process, and the first of them, for all, in the store's
 * line, where it is one of at most as many as there are nodes. So the store hears nothing of those behind, and whoever waits is woken
 * by one thread that looks for all.
 *
 * <p>What the store says is what counts. Here is remembered which places are ours: one that the store has lost was given to others, one
 * that nobody here remembers, since an answer was lost, is given back. {@link LockWatch} compares the two.
 */
public final class Locks implements AutoCloseable {
    private static final int LONGEST_NAME = 256;

    /** Who asks for a lock: a body, whose locks end with it, or anybody. */
    public static final class Owner {
        static final Owner NOBODY = new Owner(null, 0, thread -> false);

        private final @Nullable RunId run;
        private final int attempt;
        private final Predicate<Thread> awaitedBy;
        private volatile boolean over;

        /** @param awaitedBy which threads wait for it, and give nothing back before it has ended */
        public Owner(@Nullable RunId run, int attempt, Predicate<Thread> awaitedBy) {
            this.run = run;
            this.attempt = attempt;
            this.awaitedBy = awaitedBy;
        }

        /** Whether it is a body that has not ended, which an interrupt may concern as a whole. */
        boolean isAtWork() {
            return run != null && !over;
        }
    }

    private final LockStore store;
    private final Runnable join;
    private final Map<String, LocalLine> lines = new ConcurrentHashMap<>();
    private final Map<Long, Hold> holds = new ConcurrentHashMap<>();
    private final AtomicLong requests = new AtomicLong();
    private final LockWatch watch;

    /**
     * Asks nothing of the store until somebody wants a lock.
     *
     * @param join makes this process a node if it is none
     */
    public Locks(LockStore store, Runnable join) {
        this.store = store;
        this.join = join;
        this.watch = new LockWatch(store, holds);
    }

    /** A lock for code outside of bodies. */
    public NamedLock lock(String name) {
        return lock(name, () -> Owner.NOBODY);
    }

    /**
     * A lock for a body.
     *
     * @param owner who the calling thread takes it for
     */
    public NamedLock lock(String name, Supplier<Owner> owner) {
        if (name.isBlank() || name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "a lock's name has 1 to %d characters, this one %d".formatted(LONGEST_NAME, name.length()));
        }
        return new HeldLock(this, name, owner);
    }

    public List<LockInfo> holders() {
        return store.holders();
    }

    // ── taking and giving back

    LocalLine enter(String name) {
        return lines.compute(name, (key, line) -> {
            LocalLine entered = line == null ? new LocalLine() : line;
            entered.users++;
            return entered;
        });
    }

    void leave(String name) {
        lines.computeIfPresent(name, (key, line) -> --line.users == 0 ? null : line);
    }

    /**
     * Takes the store's lock; the caller is the first of this process.
     *
     * @param nanos how long to wait; null for ever
     * @return null if it was not free in time
     */
    @Nullable
    Hold take(String name, Owner owner, @Nullable Long nanos) throws InterruptedException {
        checkStillOwns(owner);
        join.run();
        Hold hold = new Hold(new LockRequest(name, requests.incrementAndGet(), owner.run, owner.attempt), owner);
        holds.put(hold.request().number(), hold);
        watch.begin();
        boolean held = false;
        try {
            held = request(hold, nanos);
            checkStillOwns(owner);
            return held ? hold : null;
        } finally {
            if (!held || owner.over) {
                giveBack(hold);
            }
        }
    }

    /** Refuses to wait for who waits for the owner. */
    static void refuseCircle(String name, LocalLine line, Owner owner) {
        Hold hold = line.hold;
        if (hold != null && owner.awaitedBy.test(hold.thread())) {
            throw new IllegalStateException(
                    "Lock '%s' was not taken: the body holds it, and waits for the branch that wants it. Take it in the branches, or around them"
                            .formatted(name));
        }
    }

    static void checkStillOwns(Owner owner) {
        if (owner.over && owner.run != null) {
            throw new ClaimLostException(owner.run);
        }
    }

    private boolean request(Hold hold, @Nullable Long nanos) throws InterruptedException {
        watch.waits(1); // before the store is asked: what is told from then on is not to be missed
        try {
            LockAnswer answer = store.request(hold.request());
            if (answer == LockAnswer.LOST) {
                throw new LockLostException(hold.request().name());
            }
            hold.stands();
            if (answer == LockAnswer.HELD) {
                hold.granted();
            }
            return hold.await(nanos);
        } catch (StoreException e) {
            watch.doubt(); // it may stand there, or come to
            throw e;
        } finally {
            watch.waits(-1);
        }
    }

    /** Leaves the store's line. Answers whether the lock was held until now. */
    boolean giveBack(Hold hold) {
        boolean held = hold.end();
        try {
            return store.release(hold.request()) && held;
        } catch (StoreException e) { // the watch gives it back once the store answers again
            watch.doubt();
            return held;
        } finally {
            holds.remove(hold.request().number());
        }
    }

    LockTimeoutException timedOut(String name, Duration waited) {
        LockInfo holder = null;
        try {
            holder = store.holders().stream()
                    .filter(info -> info.name().equals(name))
                    .findFirst()
                    .orElse(null);
        } catch (StoreException e) {
            // Then it is not said who.
        }
        return new LockTimeoutException(name, waited, holder);
    }

    /** Whether it holds a lock. */
    public boolean isHolding(Owner owner) {
        return holds.values().stream().anyMatch(hold -> hold.isOf(owner));
    }

    // ── what others tell

    /** A lock may have become free; any thread, returns at once. */
    public void noticed() {
        watch.notice();
    }

    /** A body has ended: what threads hold that it left behind is given back. */
    public void ended(Owner owner) {
        owner.over = true;
        for (Hold hold : holds.values()) {
            if (hold.isOf(owner) && hold.lose()) {
                giveBack(hold);
            }
        }
    }

    /** This node is taken for dead, or will be before it can say that it lives: whoever is inside is interrupted. */
    public void loseAll() {
        holds.values().forEach(Hold::lose);
    }

    @Override
    public void close() {
        loseAll();
        watch.close();
    }
}

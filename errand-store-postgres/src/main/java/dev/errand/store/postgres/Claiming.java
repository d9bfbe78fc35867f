package dev.errand.store.postgres;

import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The standing request for claims, and what is known about whether a look at the lines is worth it. It is served by the claim lane,
 * which looks at the lines, or by the enqueue lane, which has new runs at hand. Any thread.
 */
final class Claiming {
    /** Late commits and head starts lie below where the last look ended: a look from the start finds them at least so often. */
    private static final long FULL_LOOK_EVERY = TimeUnit.SECONDS.toNanos(1);

    private static final long LONGEST_LOOK = TimeUnit.SECONDS.toNanos(5);
    /** So long new runs wait for a look that is likely to find nothing before them: else each look would lead to another. */
    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(2);

    /** What somebody waits for. */
    record Standing(ClaimRequest request, CompletableFuture<List<Claim>> stage) {}

    private final long lookEvery;
    private @Nullable Standing standing;
    private Set<String> tasks = Set.of();
    private Set<String> queues = Set.of();
    private @Nullable Standing lent;
    private boolean worthALook = true;
    private boolean backlog = true;
    private boolean fromStart = true;
    private boolean news = true;
    private long hint;
    /** Before then, whatever is due. */
    private long soon = Long.MAX_VALUE;

    private long lastLook = System.nanoTime();
    private long lastFullLook = System.nanoTime() - FULL_LOOK_EVERY;

    /**
     * None is standing.
     *
     * @param lookEvery after how many nanoseconds to look though nobody said that there is something
     */
    Claiming(long lookEvery) {
        this.lookEvery = lookEvery;
    }

    /** Makes it the standing request. */
    void request(Standing next) {
        Standing before;
        synchronized (this) {
            before = Objects.equals(standing, lent) ? null : standing; // one that is lent is answered by whoever has it
            standing = next;
            notifyAll();
            if (!next.request().tasks().equals(tasks)
                    || !next.request().queues().equals(queues)) {
                tasks = next.request().tasks();
                queues = next.request().queues();
                worthALook = true;
                fromStart = true;
            }
        }
        if (before != null) {
            before.stage().complete(List.of());
        }
    }

    /** Something may have become claimable. */
    synchronized void noticed(boolean anywhere) {
        worthALook = true;
        news = true;
        fromStart |= anywhere;
    }

    /** Whether anything may have become claimable since somebody last asked for this: then a look is for all lines. */
    synchronized boolean takeNews() {
        boolean had = news;
        news = false;
        return had;
    }

    /** Whether to look at the lines now. */
    synchronized boolean isWorthALook() {
        return isAsked() && lent == null && (worthALook || lookDue() <= 0);
    }

    /** Whether the standing request has yet to be looked at since something may have become claimable. */
    synchronized boolean isToBeLookedAt() {
        return isAsked() && (worthALook || lent != null);
    }

    /** In how many nanoseconds a look is due, should nobody say anything. Nobody says that the request is not lent any more. */
    synchronized long restNanos() {
        if (!isAsked()) {
            return Long.MAX_VALUE;
        }
        if (lent == null) {
            return Math.max(lookDue(), 0);
        }
        return worthALook ? PATIENCE : Math.max(lookDue(), PATIENCE);
    }

    /** Whether anything can be claimed at all: a node without tasks waits for none. */
    private boolean isAsked() {
        return standing != null && !tasks.isEmpty();
    }

    private long lookDue() {
        long now = System.nanoTime();
        return Math.min(lastLook + lookEvery - now, soon == Long.MAX_VALUE ? Long.MAX_VALUE : soon - now);
    }

    /** Lends the standing request to whoever looks at the lines; null if there is none. */
    synchronized @Nullable Standing lendToLook() {
        if (standing == null || lent != null) {
            return null;
        }
        lent = standing;
        worthALook = false;
        long now = System.nanoTime();
        lastLook = now;
        soon = Long.MAX_VALUE;
        fromStart |= now - lastFullLook >= FULL_LOOK_EVERY;
        return standing;
    }

    /** Whether somebody claims just now. */
    synchronized boolean isLent() {
        return lent != null;
    }

    /** From which position to look. */
    synchronized long lookFrom() {
        long from = fromStart ? Long.MIN_VALUE : hint;
        if (fromStart) {
            lastFullLook = lastLook;
        }
        fromStart = false;
        return from;
    }

    /** The look is over: nothing is claimable before this position; more may be after it. */
    synchronized void looked(long nextFrom, boolean more) {
        hint = nextFrom;
        worthALook |= more;
        backlog = more;
    }

    /** A look is due in so many nanoseconds at the latest: a limit may let something through by then. */
    synchronized void lookIn(long nanos) {
        soon = System.nanoTime() + Math.max(nanos, 0);
    }

    /** Lends it to whoever has new runs of these tasks at hand, unless it is for others, or others may be before them. */
    synchronized @Nullable Standing lendForNew(Set<String> ofTasks) {
        if (!tasks.containsAll(ofTasks)) {
            return null;
        }
        if (lent != null && !backlog) {
            await(PATIENCE, () -> lent != null || standing == null);
        }
        if (standing == null || lent != null || worthALook) {
            return null;
        }
        lent = standing;
        return standing;
    }

    /** The request that was lent got its claims, or was not served after all. */
    void giveBack(Standing lentOne, List<Claim> claims) {
        synchronized (this) {
            lent = null;
            notifyAll();
            boolean replaced = !lentOne.equals(standing);
            if (claims.isEmpty() && !replaced) {
                return;
            }
            if (!replaced) {
                standing = null;
            }
        }
        lentOne.stage().complete(claims);
    }

    /** Nothing is claimed any more; what was being looked at is decided when this returns, so that it can be given back. */
    void close() {
        Standing last;
        synchronized (this) {
            last = Objects.equals(standing, lent) ? null : standing;
            standing = null;
            await(LONGEST_LOOK, () -> lent != null);
        }
        if (last != null) {
            last.stage().complete(List.of());
        }
    }

    /** Holding the lock. */
    private void await(long nanos, BooleanSupplier still) {
        long deadline = System.nanoTime() + nanos;
        boolean interrupted = false;
        for (long left = nanos; left > 0 && still.getAsBoolean(); left = deadline - System.nanoTime()) {
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

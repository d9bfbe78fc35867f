package dev.errand.engine.claim;

import dev.errand.RunId;
import dev.errand.store.Claim;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who may start, and who waits on this node: the slots, and the claims taken ahead of them. Thread-safe.
 *
 * <p>How far ahead to claim follows from what bodies just did: as many as would end within 40 ms at the present rate, so that
 * quick bodies never wait for a commit, and slow ones leave the rest of the queue to other nodes. Many bodies that wait for one commit,
 * for their steps say, end together and seem quick for a moment: how long they took tells them from others.
 */
final class Slots {
    private static final int FURTHEST_AHEAD = 4_000;

    private static final long HORIZON = TimeUnit.MILLISECONDS.toNanos(40);
    private static final long SHORTEST = TimeUnit.MICROSECONDS.toNanos(100);
    private static final int WEIGHT = 16;
    /** A run that took its process down this often starts only where nothing else runs. */
    private static final int DANGEROUS = 2;

    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(100);

    private final ArrayDeque<Claim> waiting = new ArrayDeque<>();
    private final Shares shares = new Shares();
    private final Admission admission;
    private int limit;
    private int running;
    private long ended;
    /** How long bodies take, on the average of the last ones; 0 while nothing is known. */
    private long nanosEach;

    private long lastAsked = System.nanoTime();
    private int ahead;
    private boolean alone;
    /** Since when a dangerous run has been first in line and others run; 0 for not. */
    private long blockedSince;

    private boolean stopped;
    private long lastMove = System.nanoTime();

    /** @param admission which attempts the node's budget lets in */
    Slots(int limit, Admission admission) {
        this.limit = limit;
        this.admission = admission;
    }

    synchronized int limit() {
        return limit;
    }

    synchronized void limit(int limit) {
        this.limit = limit;
    }

    synchronized int running() {
        return running;
    }

    /** How many more to claim now; 0 while enough are at hand. */
    synchronized int wanted() {
        int free = limit - running - waiting.size();
        if (stopped || (free <= 0 && !low())) {
            return 0;
        }
        long now = System.nanoTime();
        long elapsed = Math.max(now - lastAsked, SHORTEST);
        long atMost = nanosEach == 0 ? FURTHEST_AHEAD : Math.min(FURTHEST_AHEAD, limit * HORIZON / nanosEach);
        ahead = (int) Math.min(atMost, ended * HORIZON / elapsed);
        ended = 0;
        lastAsked = now;
        return Math.max(0, free + ahead);
    }

    private boolean low() {
        return ahead > 0 && waiting.size() <= ahead / 2;
    }

    /** Whether to claim more now that an attempt has ended. */
    synchronized boolean lacks() {
        return !stopped && (running + waiting.size() < limit || low());
    }

    synchronized void add(Collection<Claim> claims) {
        for (Claim claim : claims) {
            if (shares.admits(claim)) {
                waiting.add(claim);
            }
        }
        lastMove = System.nanoTime();
    }

    /** The next claim to start, with a slot taken for it; null if it must wait. */
    synchronized @Nullable Claim take() {
        Claim next = waiting.peek();
        if (next == null || stopped || alone || running >= limit) {
            return null;
        }
        if (isDangerous(next)) {
            if (running > 0) {
                return takeHarmless();
            }
        }
        if (!admission.take(next)) {
            return takeSmaller(next);
        }
        if (isDangerous(next)) {
            alone = true;
            blockedSince = 0;
        }
        waiting.remove();
        return started(next);
    }

    /** The first that passes one for which the node has too little left. */
    private @Nullable Claim takeSmaller(Claim first) {
        for (Claim claim : waiting) {
            if (!claim.run().equals(first.run()) && !isDangerous(claim) && admission.takePassing(claim, first)) {
                waiting.remove(claim);
                return started(claim);
            }
        }
        return null;
    }

    /** A dangerous run holds up those behind it for a moment, should the node become idle; bodies that take long it does not wait for. */
    private @Nullable Claim takeHarmless() {
        long now = System.nanoTime();
        if (blockedSince == 0) {
            blockedSince = now;
        }
        if (now - blockedSince < PATIENCE) {
            return null;
        }
        for (Claim claim : waiting) {
            if (!isDangerous(claim) && admission.take(claim)) {
                waiting.remove(claim);
                return started(claim);
            }
        }
        return null;
    }

    private Claim started(Claim claim) {
        running++;
        lastMove = System.nanoTime();
        return claim;
    }

    private static boolean isDangerous(Claim claim) {
        return claim.redeliveries() >= DANGEROUS;
    }

    /** A body was at it for so long. */
    synchronized void took(long nanos) {
        nanosEach = nanosEach == 0 ? nanos : nanosEach + (nanos - nanosEach) / WEIGHT;
    }

    /** The slot of a claim is free again. */
    synchronized void free(Claim claim) {
        passOn(claim);
        running--;
        ended++;
        alone = false;
        if (running == 0) {
            notifyAll();
        }
    }

    private void passOn(Claim claim) {
        Claim next = shares.free(claim);
        if (next != null) {
            waiting.add(next);
        }
    }

    /** Takes a waiting claim out; null if it does not wait here. */
    synchronized @Nullable Claim remove(RunId run) {
        for (Claim claim : waiting) {
            if (claim.run().equals(run)) {
                waiting.remove(claim);
                passOn(claim);
                return claim;
            }
        }
        return shares.remove(run);
    }

    /** Takes out those that wait, if none could start for so long. */
    synchronized List<Claim> stale(long nanos) {
        List<Claim> behind = shares.stale(nanos);
        if (waiting.isEmpty() || System.nanoTime() - lastMove < nanos) {
            return behind;
        }
        ahead = 0;
        ended = 0;
        behind.addAll(clear());
        return behind;
    }

    synchronized boolean anyWaiting() {
        return !waiting.isEmpty() || shares.anyBehind();
    }

    /** Starts nothing any more, and takes out all that wait. */
    synchronized List<Claim> stop() {
        stopped = true;
        List<Claim> all = shares.stale(0);
        all.addAll(clear());
        return all;
    }

    private List<Claim> clear() {
        List<Claim> all = new ArrayList<>(waiting);
        waiting.clear();
        blockedSince = 0;
        all.forEach(this::passOn);
        return all;
    }

    /** Waits until no slot is taken; answers whether that came true in time. */
    synchronized boolean awaitIdle(long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        while (running > 0) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }
}

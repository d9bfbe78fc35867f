package dev.errand.store.postgres;

import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRun;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.Spawn;
import dev.errand.store.format.Times;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A run's trip: one lane brings runs in, one takes them, one records what became of them; they share what this node waits for and what
 * it holds.
 */
final class Trip {
    private static final long LOOK_EVERY = TimeUnit.SECONDS.toNanos(5);
    private static final long RECONCILE_EVERY = TimeUnit.SECONDS.toNanos(60);
    private static final long POLL_EVERY = TimeUnit.MILLISECONDS.toNanos(100);

    private final Surroundings surroundings;
    private final Held held = new Held();
    private final Claiming claiming;
    private final Reconciling reconciling;
    private final EnqueueLane enqueueLane;
    private final ClaimLane claimLane;
    private final RecordLane recordLane;

    Trip(Connections connections, Surroundings surroundings) {
        this.surroundings = surroundings;
        this.claiming = new Claiming(surroundings.settings().notifies() ? LOOK_EVERY : POLL_EVERY);
        this.reconciling = new Reconciling(surroundings, held, RECONCILE_EVERY);
        Direct direct = new Direct(surroundings, claiming, held, reconciling);
        this.enqueueLane = new EnqueueLane(
                surroundings.settings(), connections, new Enqueueing(surroundings, direct), reconciling);
        this.claimLane = new ClaimLane(connections, surroundings, claiming, held, reconciling);
        this.recordLane = new RecordLane(connections, surroundings, held);
        surroundings.onCommit(this::heard);
    }

    void start() {
        enqueueLane.start();
        claimLane.start();
        recordLane.start();
    }

    void enqueue(List<NewRun> runs) {
        enqueueLane.enqueue(runs);
    }

    CompletionStage<List<Claim>> claim(ClaimRequest request) {
        if (request.max() < 1) {
            throw new IllegalArgumentException("a claim is for 1 run or more, not " + request.max());
        }
        CompletableFuture<List<Claim>> stage = new CompletableFuture<>();
        if (surroundings.node() == 0) {
            stage.completeExceptionally(new IllegalStateException("only a node claims runs; join first"));
        } else {
            claimLane.request(new Claiming.Standing(request, stage));
        }
        return stage;
    }

    /** As {@link Claiming#isToBeLookedAt}. */
    boolean isToLook() {
        return claiming.isToBeLookedAt();
    }

    /** Whether the run has a row of its own, or will have with the commit that is being made. */
    boolean isStarted(Claim claim) {
        Held.Chunk chunk = held.find(claim.id());
        return chunk != null && chunk.started.contains(claim.run());
    }

    /** The row that reports under the claim are fenced by, as far as this node remembers; null if it had better look. */
    Held.@Nullable Key fence(Claim claim) {
        Held.Chunk chunk = held.find(claim.id());
        return chunk != null && chunk.holds(claim) ? chunk.keyOf(claim) : null;
    }

    Receipt spawn(Spawn spawn) {
        return recordLane.spawn(spawn);
    }

    CompletionStage<List<Receipt>> record(List<Report> reports) {
        return recordLane.record(reports);
    }

    /** Something was committed, here or elsewhere. */
    void heard(Set<Notice> notices) {
        boolean old = notices.contains(Notice.OLD_WORK) || notices.contains(Notice.TASKS);
        if (old || notices.contains(Notice.WORK) || notices.contains(Notice.PERMITS)) {
            claimLane.noticed(old);
        }
    }

    /** A limit may let something through. */
    private void noticedLimits() {
        claimLane.noticed(false);
    }

    /** Anything may have become claimable. */
    void noticed() {
        claimLane.noticed(true);
    }

    /** When a rate lets something through, in microseconds; the greatest number if none is waited for. */
    long rateAt() {
        return claimLane.rateAt();
    }

    /** When something is due next, and be it that a rate lets something through; if one does already, that is looked at. */
    Optional<Instant> orRate(Optional<Instant> next) {
        long rateAt = rateAt();
        if (rateAt == Long.MAX_VALUE) {
            return next;
        }
        if (rateAt <= surroundings.now()) {
            noticedLimits();
            return next;
        }
        Instant rate = Times.instant(rateAt);
        return next.filter(instant -> instant.isBefore(rate)).or(() -> Optional.of(rate));
    }

    /** Hears what came of a beat: empty says that the lease is lost. */
    <T> Optional<T> orLeave(Optional<T> beat) {
        if (beat.isEmpty()) {
            leave();
        } else {
            claimLane.wake(); // with it one hears of limits that are new
        }
        return beat;
    }

    /** This process is no node any more: it remembers nothing of what it held. */
    void leave() {
        claiming.close();
        surroundings.becomeNode(0);
        held.clear();
        noticed(); // should it become one again, it looks before it claims what is new
    }

    void close() {
        enqueueLane.close();
        claimLane.close();
        recordLane.close();
    }

    void abandon() {
        enqueueLane.abandon();
        claimLane.abandon();
        recordLane.abandon();
    }
}

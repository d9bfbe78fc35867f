package dev.errand.engine.attempt;

import dev.errand.ClaimLostException;
import dev.errand.engine.record.Next;
import dev.errand.engine.record.Outcome;
import dev.errand.engine.step.Places;
import dev.errand.engine.step.Spawns;
import dev.errand.engine.step.StoredJournal;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one report of what came of an attempt, and until then who may write about its run.
 *
 * <p>The report is made by whoever comes first: the end of the body, its timeout, the end of the grace after a cancel, or the
 * engine's close. Whoever comes later finds the attempt settled and reports nothing; but if the run ended before its body did, the end of
 * the body is reported as well: until then it lingers, and limits count it.
 */
final class Settlement {
    private final Attempt attempt;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.OPEN);
    private volatile @Nullable StoredJournal journal;
    private @Nullable Places places;
    private @Nullable Spawns spawns;
    private int spawning;
    private boolean bodyEnded;
    private boolean lingers;

    Settlement(Attempt attempt) {
        this.attempt = attempt;
    }

    boolean isOpen() {
        return phase.get() == Phase.OPEN;
    }

    boolean isCompleting() {
        return phase.get() == Phase.COMPLETING;
    }

    boolean isSettled() {
        return phase.get() == Phase.SETTLED;
    }

    /** Reports what came of it, unless somebody did. */
    void settle(Outcome outcome) {
        if (phase.getAndSet(Phase.SETTLED) != Phase.SETTLED) {
            report(outcome, false);
        }
    }

    /** The same, although the body has not ended; left to its end if its transaction may hold the run, lest all wait for that. */
    void settleFromOutside(Outcome outcome) {
        if (phase.compareAndSet(Phase.OPEN, Phase.SETTLED)) {
            report(outcome, true);
        }
    }

    /** The run is no longer this node's: nothing is reported. */
    void lose() {
        phase.set(Phase.SETTLED);
        tellSteps();
    }

    private void report(Outcome outcome, boolean fromOutside) {
        attempt.recordNotes();
        Instant now = attempt.now();
        Next next = attempt.verdicts().next(outcome, now);
        Instant startedAt = attempt.started();
        if (outcome instanceof Outcome.Died && startedAt != null) {
            record(new Report.Started(attempt.claim(), startedAt), receipt -> {});
        }
        recordEnd(next.report(attempt.claim(), startedAt, now), fromOutside, receipt -> {
            if (receipt == Receipt.LOST) {
                attempt.lose();
            }
            if (next instanceof Next.Retry retrying) {
                attempt.surroundings().wakeAt().accept(retrying.dueAt());
            } else if (next instanceof Next.Wait wait && wait.dueAt() != null) {
                attempt.surroundings().wakeAt().accept(wait.dueAt());
            }
        });
        tellSteps();
    }

    /** Either it is seen here that the body has ended, or it is seen there that it lingers, after that was reported. */
    private synchronized void recordEnd(Report report, boolean fromOutside, Consumer<Receipt> answer) {
        if (fromOutside && !bodyEnded && report instanceof Report.Ended end) {
            lingers = true;
            record(new Report.Lingers(end), answer);
        } else {
            record(report, answer);
        }
    }

    /** The body has really ended, and so have the processes that executed it. */
    synchronized void bodyEnded() {
        bodyEnded = true;
        if (lingers) {
            record(new Report.Left(attempt.claim()), receipt -> {});
        }
    }

    private void record(Report report, Consumer<Receipt> answer) {
        attempt.surroundings().recorder().record(report, answer);
    }

    /** The store has answered a report of what the body does. When the attempt is settled it is known why that is refused. */
    void heard(Receipt receipt) {
        if (receipt == Receipt.LOST && isOpen()) { // or the body has ended it itself, perhaps
            attempt.lose();
        }
    }

    // ── an end in a transaction of the body's, see Completion

    /** From here until the body ends nobody else writes about this run, lest they wait for the body's transaction. */
    Report.Ended completing(byte[] output) {
        synchronized (this) {
            if (spawning > 0) {
                throw new IllegalStateException(
                        "Run %s was not completed: another thread triggers a run for it, of which nothing could be kept any more. Wait for that first"
                                .formatted(attempt.claim().run()));
            }
            phase.compareAndSet(Phase.OPEN, Phase.COMPLETING);
        }
        if (isSettled()) {
            throw new ClaimLostException(attempt.claim().run());
        }
        return new Next.Complete(output).report(attempt.claim(), attempt.started(), attempt.now());
    }

    void notCompleting() {
        phase.compareAndSet(Phase.COMPLETING, Phase.OPEN);
    }

    // ── steps

    /** Where in the body its threads are. */
    synchronized Places places() {
        if (places == null) {
            places = new Places();
        }
        return places;
    }

    /** The journal of the run, for this attempt. */
    synchronized StoredJournal journal() {
        StoredJournal known = journal;
        if (known != null) {
            return known;
        }
        StoredJournal made = new StoredJournal(
                attempt.claim(),
                attempt.surroundings().store(),
                attempt.surroundings().recorder(),
                attempt::now,
                this::heard,
                attempt.surroundings().wakeAt());
        journal = made;
        if (isSettled()) {
            made.settled();
        }
        return made;
    }

    // ── runs that it triggers

    /** See {@link Scope#triggeringOnce}, and {@link OnceTriggering}. */
    Triggering triggeringOnce(boolean perAttempt, boolean inOrder) {
        return new OnceTriggering(attempt.surroundings().triggering(), this, attempt.codec(), perAttempt, inOrder);
    }

    /**
     * A run is to be triggered. Answers whether that is to be kept, and then waits for {@link #spawned}: it is not if nothing can be
     * written about the attempt's own run any more, or nothing of that is done again.
     */
    synchronized boolean spawning() {
        Stop stop = attempt.stop();
        if (isCompleting() || stop instanceof Stop.Cancelled || stop instanceof Stop.OutOfTime) {
            return false;
        }
        spawning++;
        return true;
    }

    synchronized void spawned() {
        spawning--;
    }

    synchronized Spawns spawns() {
        if (spawns == null) {
            spawns = new Spawns(attempt.claim().run(), journal(), places());
        }
        return spawns;
    }

    private void tellSteps() {
        StoredJournal steps = journal;
        if (steps != null) {
            steps.settled();
        }
    }
}

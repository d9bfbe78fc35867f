package dev.errand.engine.step;

import dev.errand.AbortException;
import dev.errand.ClaimLostException;
import dev.errand.Durations;
import dev.errand.LoopAnswer;
import dev.errand.LoopBody;
import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.store.Receipt;
import dev.errand.store.StepEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The loop of an attempt's body. How many iterations have finished is one row of the journal, written when another follows; the last is not
 * among them, so that whoever comes by again makes it again, as all else that the body does. What is kept within an iteration has the
 * iteration in its key, and when that is over its rows make room for those that follow. They are overwritten only after the row that says that the iteration is
 * over, since what an attempt reports is kept in order.
 */
public final class Loops {
    /** One call of a loop. */
    private record Loop(String name, String key, Duration interval, Place outer, Instant began) {}

    private final RunId run;
    private final WaitJournal journal;
    private final Waits waits;
    private final Supplier<Steps> steps;
    private final Places places;
    private final BodyParts parts;
    private final AtomicReference<@Nullable String> begun = new AtomicReference<>();

    public Loops(RunId run, WaitJournal journal, Waits waits, Supplier<Steps> steps, Places places, BodyParts parts) {
        this.run = run;
        this.journal = journal;
        this.waits = waits;
        this.steps = steps;
        this.places = places;
        this.parts = parts;
    }

    /** See {@link dev.errand.RunContext#loop}. */
    public <T extends @Nullable Object, X extends Exception> T loop(String name, Duration interval, LoopBody<T, X> body)
            throws X, InterruptedException {
        requireBegin(name, interval);
        Place outer = places.here();
        String key = outer.key(StepKey.loop(name, outer.next("loop:" + name)));
        requireOnly(name, key);
        StepEntry entry = found(key, () -> outer.takeBack("loop:" + name));
        LoopState state = entry == null ? LoopState.NOTHING : LoopState.read(entry);
        journal.iterationsOver(name, state.finished());
        parts.over(Paths.before(name, state.finished())); // of one that finished in a process that died
        if (entry != null && !state.left()) {
            waitFor(entry);
        }
        Instant began = entry == null ? journal.now() : entry.startedAt();
        Loop loop = new Loop(name, key, interval, outer, began);
        boolean left = state.left(); // and that is kept
        for (int iteration = state.finished(); ; iteration++) {
            LoopAnswer<T> answer = this.<T, X>iterate(loop, iteration, body);
            if (answer instanceof LoopAnswer.Done<T> done) {
                if (!left) {
                    keepLeft(loop, iteration);
                }
                return done.result();
            }
            keepFinished(loop, iteration);
            left = false;
        }
    }

    private @Nullable StepEntry found(String key, Runnable takeBack) {
        try {
            return journal.find(key);
        } catch (StoreException e) {
            takeBack.run();
            throw e;
        }
    }

    private void requireBegin(String name, Duration interval) throws InterruptedException {
        StepNames.require(name);
        if (interval.isNegative() || interval.compareTo(Waits.LONGEST) > 0) {
            throw new IllegalArgumentException("between iterations of loop '%s' are 0 to %d days, not %s"
                    .formatted(name, Waits.LONGEST.toDays(), Durations.print(interval)));
        }
        String what = "Loop '" + name + "' was not begun";
        if (interval.isZero()) {
            parts.requireInBody(what);
            steps.get().refuseInside(what);
        } else {
            waits.requireMayWait(what);
        }
    }

    /** A branch that is called from its beginning comes by the same loop again. */
    private void requireOnly(String name, String key) {
        String first = begun.compareAndExchange(null, key);
        if (first != null && !first.equals(key)) {
            throw new AbortException(
                    "Loop '%s' of run %s was not begun: a run has one loop, and this one has begun it already (%s). Make one of the two a task of its own, and invoke that"
                            .formatted(name, run, first));
        }
    }

    private void waitFor(StepEntry entry) {
        Instant next = entry.endedAt();
        if (next == null) {
            return;
        }
        if (waits.now().isBefore(next)) {
            throw waits.suspended(entry.key(), List.of(), next, null);
        }
        waits.passed(entry.key());
    }

    private <T extends @Nullable Object, X extends Exception> LoopAnswer<T> iterate(
            Loop loop, int iteration, LoopBody<T, X> body) throws X, InterruptedException {
        LoopAnswer<T> answer;
        places.go(loop.outer().iteration(loop.name(), iteration));
        try {
            answer = body.run(iteration);
        } finally {
            places.go(loop.outer());
        }
        Suspension swallowed = waits.unwinding();
        if (swallowed != null) {
            throw swallowed;
        }
        return Objects.requireNonNull(
                answer, () -> "Iteration %d of loop '%s' answered nothing".formatted(iteration, loop.name()));
    }

    /** Returns when that is durable, or unwinds the body until the next is due. */
    private void keepFinished(Loop loop, int iteration) throws InterruptedException {
        Duration interval = loop.interval();
        String what = "The next iteration of loop '" + loop.name() + "' was not begun";
        if (interval.isZero()) {
            steps.get().refuseCompleted(what);
        } else {
            waits.requireMayWait(what);
        }
        parts.flush();
        parts.over(Paths.in(Paths.iteration(loop.outer().path(), loop.name(), iteration)));
        Instant next = interval.isZero() ? null : waits.now().plus(interval);
        StepEntry entry = entry(loop, iteration + 1, false, next);
        if (next != null && loop.outer().branch().isTop()) {
            throw waits.suspended(loop.key(), List.of(entry), next, null);
        }
        if (journal.keepNow(entry) == Receipt.LOST) {
            throw new ClaimLostException(run);
        }
        if (next != null) { // in a branch, which may go on in this process: then nothing of this is on its way any more
            throw waits.suspended(loop.key(), List.of(), next, null);
        }
        journal.iterationsOver(loop.name(), iteration + 1);
    }

    /** For those who look at it; nobody waits for that. */
    private void keepLeft(Loop loop, int iteration) {
        if (!steps.get().isCompleted()) {
            journal.keep(entry(loop, iteration, true, waits.now()));
        }
    }

    private StepEntry entry(Loop loop, int finished, boolean left, @Nullable Instant end) {
        LoopState state = new LoopState(finished, left);
        return journal.entry(loop.key(), loop.name(), loop.began(), end, state.json());
    }
}

package dev.errand.engine.step;

import dev.errand.Durations;
import dev.errand.StepBody;
import dev.errand.TokenId;
import dev.errand.store.Report;
import dev.errand.store.StepEntry;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The waits of an attempt, as its body calls them on its own thread, or on those of its branches. One whose time has not come unwinds the body, or
 * the branch, by a {@link Suspension}; when it has, that is called again and comes by here once more, and passes.
 */
public final class Waits {
    /** What waits ask of the attempt around them. */
    public interface Around {
        Instant now();

        /** @throws IllegalStateException if the body cannot wait here and now; with the reason, and what to do */
        void requireMayWait(String what);

        /** The body is about to wait. What hooks throw is thrown. */
        void waiting();

        /** The body goes on after the wait for which it was unwound. What hooks throw is thrown. */
        void resumed();
    }

    static final Duration LONGEST = Duration.ofDays(36_500);

    private final WaitJournal journal;
    private final Supplier<Steps> steps;
    private final Around around;
    private final Places places;
    private volatile @Nullable String resumes;

    /** @param resumes the key of the wait for which the body was unwound; null if it was not */
    public Waits(WaitJournal journal, Supplier<Steps> steps, Around around, Places places, @Nullable String resumes) {
        this.journal = journal;
        this.steps = steps;
        this.around = around;
        this.places = places;
        this.resumes = resumes;
    }

    /** What unwinds the body, or has; null while nothing does. */
    public @Nullable Suspension suspension() {
        return places.top().suspension();
    }

    /** What unwinds the body, or the branch that the calling thread is in; null while nothing does. */
    public @Nullable Suspension unwinding() {
        Suspension own = places.here().branch().suspension();
        return own == null ? suspension() : own;
    }

    /** What unwinds the body does so no more: it does not wait, but fails. */
    public void stay() {
        places.top().suspend(null);
    }

    /** See {@link dev.errand.RunContext#sleep}. */
    public void sleep(String name, Duration duration) throws InterruptedException {
        if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("sleep '%s' lasts from 0 to %d days, not %s"
                    .formatted(name, LONGEST.toDays(), Durations.print(duration)));
        }
        sleep(name, () -> around.now().plus(duration));
    }

    /** See {@link dev.errand.RunContext#sleepUntil}. */
    public void sleepUntil(String name, Instant instant) throws InterruptedException {
        if (instant.isAfter(around.now().plus(LONGEST))) {
            throw new IllegalArgumentException(
                    "sleep '%s' lasts at most %d days, and %s is later".formatted(name, LONGEST.toDays(), instant));
        }
        sleep(name, () -> instant.truncatedTo(ChronoUnit.MICROS));
    }

    /** @param until when it ends if it begins now */
    private void sleep(String name, Supplier<Instant> until) throws InterruptedException {
        StepNames.require(name);
        requireMayWait("Sleep '" + name + "' was not begun");
        String key = key(StepKey.waiting(name, next("wait:" + name)));
        StepEntry entry = journal.find(key);
        Instant end = entry == null ? until.get() : Objects.requireNonNull(entry.endedAt(), "sleeps have ends");
        if (!around.now().isBefore(end)) {
            passed(key);
            return;
        }
        List<StepEntry> entries = entry == null ? List.of(journal.entry(key, name, end, null)) : List.of();
        throw suspended(key, entries, end, null);
    }

    /** @throws IllegalStateException if the body cannot wait here and now */
    void requireMayWait(String what) throws InterruptedException {
        around.requireMayWait(what);
        steps.get().refuseBeside(what);
        if (Thread.interrupted()) {
            throw new InterruptedException(what + ": the thread was interrupted before");
        }
    }

    /** Calls a body's code that is to have neither steps nor waits. */
    <T, X extends Exception> T asOne(String name, StepBody<T, X> code) throws X {
        return steps.get().asOne(name, code);
    }

    /** The how many-th of these it is where the calling thread is, from 1. */
    int next(String these) {
        return places.here().next(these);
    }

    /** The latest of these was not answered, and may be asked for again. */
    void takeBack(String these) {
        places.here().takeBack(these);
    }

    /** Where the calling thread is. */
    Place here() {
        return places.here();
    }

    /** Whether the calling thread is in an iteration of a loop. */
    boolean isInLoop() {
        return !places.here().iteration().isTop();
    }

    /** As it is stored of where the calling thread is in every iteration. */
    String keyOfAll(StepKey key) {
        return Paths.key(Paths.withoutIteration(places.here().path()), key.stored());
    }

    /** As it is stored of where the calling thread is. */
    String key(StepKey key) {
        return places.here().key(key);
    }

    /** The body has a token from there. */
    public void made(TokenId token) {
        tokens(places.here().iteration()).add(token);
    }

    /** Where it is awaited. What came of a token that an iteration has made is its own, so that nothing is left of it when that is over. */
    Place placeOf(TokenId token) {
        Place iteration = places.here().iteration();
        return tokens(iteration).contains(token) ? iteration : places.top();
    }

    private Set<TokenId> tokens(Place place) {
        return place.of(this, ConcurrentHashMap::newKeySet);
    }

    /** Whether what a branch has begun to wait for besides a time is there already. */
    boolean isThere(Report.Awaits awaits) {
        return journal.isThere(awaits);
    }

    Instant now() {
        return around.now();
    }

    /** What the body would wait for is there. */
    void passed(String key) {
        if (key.equals(resumes)) {
            resumes = null;
            around.resumed();
        }
    }

    /** Unwinds the body, or the branch that the calling thread is in, which waits from now on; to be thrown. */
    Suspension suspended(String key, List<StepEntry> entries, @Nullable Instant until, Report.@Nullable Awaits awaits) {
        Place branch = places.here().branch();
        if (!branch.isTop()) {
            entries.forEach(journal::keep); // the others go on, perhaps for long
        } else if (!key.equals(resumes)) { // else it waits on
            around.waiting();
        }
        Suspension unwinding = new Suspension(key, branch.isTop() ? entries : List.of(), until, awaits);
        branch.suspend(unwinding);
        return unwinding;
    }
}

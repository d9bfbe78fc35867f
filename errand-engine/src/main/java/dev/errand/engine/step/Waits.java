package dev.errand.engine.step;

import dev.errand.Durations;
import dev.errand.store.Report;
import dev.errand.store.StepEntry;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The waits of an attempt, as its body calls them on its own thread. One whose time has not come unwinds the body by a {@link Suspension};
 * when it has, the body is called again and comes by here once more, and passes.
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

    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final WaitJournal journal;
    private final Supplier<Steps> steps;
    private final Around around;
    private final Map<String, Integer> occurrences = new HashMap<>();
    private @Nullable String resumes;
    private volatile @Nullable Suspension suspension;

    /** @param resumes the key of the wait for which the body was unwound; null if it was not */
    public Waits(WaitJournal journal, Supplier<Steps> steps, Around around, @Nullable String resumes) {
        this.journal = journal;
        this.steps = steps;
        this.around = around;
        this.resumes = resumes;
    }

    /** What unwinds the body, or has; null while nothing does. */
    public @Nullable Suspension suspension() {
        return suspension;
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
        Steps.requireName(name);
        requireMayWait("Sleep '" + name + "' was not begun");
        String key = StepKey.waiting(name, next("wait:" + name)).stored();
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

    /** The how many-th of these it is, from 1. */
    int next(String these) {
        return occurrences.merge(these, 1, Integer::sum);
    }

    /** The latest of these was not answered, and may be asked for again. */
    void takeBack(String these) {
        occurrences.merge(these, -1, Integer::sum);
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

    /** Unwinds the body, which waits from now on; to be thrown. */
    Suspension suspended(String key, List<StepEntry> entries, @Nullable Instant until, Report.@Nullable Awaits awaits) {
        around.waiting();
        Suspension unwinding = new Suspension(key, entries, until, awaits);
        suspension = unwinding;
        return unwinding;
    }
}

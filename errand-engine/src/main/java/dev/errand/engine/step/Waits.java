package dev.errand.engine.step;

import dev.errand.store.StepEntry;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
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

    private final Journal journal;
    private final Supplier<Steps> steps;
    private final Around around;
    private final Map<String, Integer> occurrences = new HashMap<>();
    private @Nullable String resumes;
    private volatile @Nullable Suspension suspension;

    /** @param resumes the key of the wait for which the body was unwound; null if it was not */
    public Waits(Journal journal, Supplier<Steps> steps, Around around, @Nullable String resumes) {
        this.journal = journal;
        this.steps = steps;
        this.around = around;
        this.resumes = resumes;
    }

    /** What unwinds the body, or has; null while nothing does. */
    public @Nullable Suspension suspension() {
        return suspension;
    }

    /**
     * See {@link dev.errand.RunContext#sleep}.
     *
     * @param until when it ends if it begins now
     */
    public void sleep(String name, UnaryOperator<Instant> until) throws InterruptedException {
        String what = "Sleep '" + name + "' was not begun";
        Steps.requireName(name);
        around.requireMayWait(what);
        steps.get().refuseBeside(what);
        if (Thread.interrupted()) {
            throw new InterruptedException(what + ": the thread was interrupted before");
        }
        String key =
                StepKey.waiting(name, occurrences.merge(name, 1, Integer::sum)).stored();
        Instant now = around.now();
        StepEntry entry = journal.waiting(key);
        Instant end = entry == null ? until.apply(now) : Objects.requireNonNull(entry.endedAt(), "waits have ends");
        if (!now.isBefore(end)) {
            resume(key);
            return;
        }
        around.waiting();
        Suspension unwinding = new Suspension(entry == null ? journal.wait(key, name, end) : entry, end);
        suspension = unwinding;
        throw unwinding;
    }

    private void resume(String key) {
        if (key.equals(resumes)) {
            resumes = null;
            around.resumed();
        }
    }
}

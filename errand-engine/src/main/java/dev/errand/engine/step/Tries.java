package dev.errand.engine.step;

import dev.errand.Failure;
import dev.errand.StepBody;
import dev.errand.StepOptions;
import dev.errand.store.StepEntry;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Steps that are tried again within their attempt. A try that failed is kept with when the next is due, and until then the body waits; when
 * it comes by again, the tries that are kept are counted.
 */
public final class Tries {
    /** Another try follows. */
    public record Again(Failure failure, Instant due) {}

    /** Decides about a try that failed. */
    public interface Policy {
        /**
         * Whether another follows; null if not.
         *
         * @param tries how many there were, this one included
         */
        @Nullable
        Again after(Throwable error, int tries);
    }

    private final WaitJournal journal;
    private final Waits waits;
    private final Supplier<Steps> steps;

    public Tries(WaitJournal journal, Waits waits, Supplier<Steps> steps) {
        this.journal = journal;
        this.waits = waits;
        this.steps = steps;
    }

    /** See {@link Steps#call}. */
    public <T extends @Nullable Object, X extends Exception> T call(
            String name, Type type, StepOptions options, Policy policy, StepBody<T, X> body)
            throws X, InterruptedException {
        Steps.requireName(name);
        waits.requireMayWait(
                "Step '%s' was not begun: between its tries the body waits, which it cannot".formatted(name));
        String key = options.key();
        String step = key == null
                ? StepKey.named(name, waits.next("tries:" + name)).stored()
                : StepKey.keyed(key).stored();
        int tries = passed(step);
        @Nullable Throwable[] thrown = new Throwable[1];
        try {
            return steps.get().<T, X>call(name, type, options, () -> {
                try {
                    return body.run();
                } catch (Throwable error) { // code of users may throw anything
                    thrown[0] = error;
                    throw error;
                }
            });
        } catch (Throwable error) {
            if (error == thrown[0] && !(error instanceof InterruptedException)) {
                waitForNext(name, key(step, tries + 1), policy.after(error, tries + 1), error);
            }
            throw error;
        }
    }

    /** How many there were. Unwinds the body if it is to wait for the next. */
    private int passed(String step) {
        int tries = 0;
        @Nullable StepEntry last = null;
        for (StepEntry next = find(step, 1); next != null; next = find(step, tries + 1)) {
            tries++;
            last = next;
        }
        if (last != null) {
            Instant due = Objects.requireNonNull(last.endedAt(), "the next has a time");
            if (waits.now().isBefore(due)) {
                throw waits.suspended(last.key(), List.of(), due, null);
            }
            waits.passed(last.key());
        }
        return tries;
    }

    private @Nullable StepEntry find(String step, int number) {
        return journal.find(key(step, number));
    }

    private String key(String step, int number) {
        return StepKey.tried(step, journal.attempt(), number).stored();
    }

    /** Unwinds the body; returns if there is no next. */
    private void waitForNext(String name, String key, @Nullable Again again, Throwable error)
            throws InterruptedException {
        if (again == null) {
            return;
        }
        try {
            waits.requireMayWait("Step '%s' was not tried again".formatted(name));
        } catch (IllegalStateException | InterruptedException e) {
            e.addSuppressed(error);
            throw e;
        }
        StepEntry kept = journal.entry(key, name, again.due(), null);
        StepEntry failed = new StepEntry(
                kept.position(),
                key,
                name,
                kept.attempt(),
                kept.startedAt(),
                again.due(),
                null,
                again.failure());
        throw waits.suspended(key, List.of(failed), again.due(), null);
    }
}

package dev.errand.engine.step;

import dev.errand.Failure;
import dev.errand.StepBody;
import dev.errand.StepOptions;
import dev.errand.store.StepEntry;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Steps that are tried again within their attempt. A try that failed is kept with when the next is due, and until then the body waits; when
 * it comes by again, the tries that are kept are counted. Since all of them are read then, of very many only the first are kept and the
 * latest, which knows the how many-th it was.
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
         * @throws InterruptedException if it is to count for none, since the attempt stops
         */
        @Nullable
        Again after(Throwable error, int tries) throws InterruptedException;
    }

    /** How many tries of a step are kept in an attempt. */
    static final int MOST_KEPT = 20;

    private final WaitJournal journal;
    private final Waits waits;
    private final Supplier<Steps> steps;

    public Tries(WaitJournal journal, Waits waits, Supplier<Steps> steps) {
        this.journal = journal;
        this.waits = waits;
        this.steps = steps;
    }

    /** See {@link Steps#call}. */
    @SuppressWarnings("ReferenceEquality") // whether it is this very error that the code threw, and not one of ours
    public <T extends @Nullable Object, X extends Exception> T call(
            String name, Type type, StepOptions options, Policy policy, StepBody<T, X> body)
            throws X, InterruptedException {
        StepNames.require(name);
        waits.requireMayWait(
                "Step '%s' was not begun: between its tries the body waits, which it cannot".formatted(name));
        String key = options.key();
        String step = key == null
                ? StepKey.named(name, waits.next("tries:" + name)).stored()
                : StepKey.keyed(key).stored();
        int number = passed(step) + 1;
        Instant began = journal.now();
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
                Again again = policy.after(error, number);
                if (again != null) {
                    requireMayWait(name, error);
                    List<StepEntry> failed = List.of(failed(step, number, name, began, again));
                    throw waits.suspended(key(step, number), failed, again.due(), null);
                }
            }
            throw error;
        }
    }

    /** How many there were. Unwinds the body if it is to wait for the next. */
    private int passed(String step) {
        StepEntry last = null;
        for (int number = 1; number <= MOST_KEPT; number++) {
            StepEntry next = journal.find(key(step, number));
            if (next == null) {
                return last == null ? 0 : passed(last, number - 1);
            }
            last = next;
        }
        return passed(Objects.requireNonNull(last, "at least one is looked for"), MOST_KEPT);
    }

    /** @param kept how many rows there are of them */
    private int passed(StepEntry last, int kept) {
        Instant due = Objects.requireNonNull(last.endedAt(), "the next has a time");
        if (waits.now().isBefore(due)) {
            throw waits.suspended(last.key(), List.of(), due, null);
        }
        waits.passed(last.key());
        byte[] counted = last.result();
        return counted == null ? kept : Integer.parseInt(new String(counted, StandardCharsets.US_ASCII));
    }

    private String key(String step, int number) {
        return waits.key(StepKey.tried(step, journal.attempt(), Math.min(number, MOST_KEPT)));
    }

    private void requireMayWait(String name, Throwable error) throws InterruptedException {
        try {
            waits.requireMayWait("Step '%s' was not tried again".formatted(name));
        } catch (IllegalStateException | InterruptedException e) {
            e.addSuppressed(error);
            throw e;
        }
    }

    private StepEntry failed(String step, int number, String name, Instant began, Again again) {
        byte[] counted = number < MOST_KEPT ? null : Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
        StepEntry kept = journal.entry(key(step, number), name, again.due(), counted);
        return new StepEntry(
                kept.position(), kept.key(), name, kept.attempt(), began, again.due(), counted, again.failure());
    }
}

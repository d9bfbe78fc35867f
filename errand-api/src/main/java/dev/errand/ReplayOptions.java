package dev.errand;

import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * In what a replay is to be another run than the one it repeats. Immutable; each method returns a changed copy.
 * {@code ReplayOptions.none().payload(order).with(options -> options.queue("slow"))}.
 *
 * @param isOtherPayload whether it has a payload of its own
 * @param payload which; null is one, too
 * @param inOwnQueue whether it waits where the task says, not where the other run did
 * @param change makes its options of those of the other run
 */
public record ReplayOptions(
        boolean isOtherPayload, @Nullable Object payload, boolean inOwnQueue, UnaryOperator<TriggerOptions> change) {
    private static final ReplayOptions NONE = new ReplayOptions(false, null, false, options -> options);

    public ReplayOptions {
        Objects.requireNonNull(change);
    }

    /** All as it was, but for what belongs to the other run: its key, delay and time to live. */
    public static ReplayOptions none() {
        return NONE;
    }

    /** With another payload; {@link Json} as it is, anything else as JSON. */
    public ReplayOptions payload(@Nullable Object payload) {
        return new ReplayOptions(true, payload, inOwnQueue, change);
    }

    /** Waiting where the task says, whichever queue the other run was triggered for. */
    public ReplayOptions queuedByTask() {
        return new ReplayOptions(isOtherPayload, payload, true, change);
    }

    /**
     * With other options.
     *
     * @param more given those that the trigger of the other run said, without key, debounce, delay and time to live; called when the run is
     *     replayed, perhaps more than once
     */
    public ReplayOptions with(UnaryOperator<TriggerOptions> more) {
        return new ReplayOptions(isOtherPayload, payload, inOwnQueue, options -> more.apply(change.apply(options)));
    }
}

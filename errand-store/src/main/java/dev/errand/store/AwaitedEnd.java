package dev.errand.store;

import dev.errand.Failure;
import dev.errand.RunId;
import dev.errand.RunState;
import org.jspecify.annotations.Nullable;

/**
 * How a run has ended that another one awaits.
 *
 * @param state a terminal one; null if the run was deleted before it had ended
 * @param output JSON in UTF-8; null unless COMPLETED
 * @param failure null unless FAILED
 * @param reason why, in words; null if COMPLETED
 */
public record AwaitedEnd(
        RunId run,
        @Nullable RunState state,
        byte @Nullable [] output,
        @Nullable Failure failure,
        @Nullable String reason) {
    /** In full: of a compact constructor callers in other modules do not see that the output may be null. */
    public AwaitedEnd(
            RunId run,
            @Nullable RunState state,
            byte @Nullable [] output,
            @Nullable Failure failure,
            @Nullable String reason) {
        this.run = run;
        this.state = state;
        this.output = output;
        this.failure = failure;
        this.reason = reason;
    }
}

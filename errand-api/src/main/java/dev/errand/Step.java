package dev.errand;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A step or a sleep of a run, a token, a condition or a signal that it waited for, runs that it triggered, its loop, or a branch of it that is done, as its journal keeps it. Of a
 * loop, what is kept of the iteration that has begun last is there besides. A step that is called at least once is kept when it has
 * completed, one that is called at most once from its start. Of one with retries each try that another followed is kept besides; of more than
 * 20 in an attempt the first 19 and the latest.
 *
 * @param name as the body calls it; of runs it triggered, their task, unless it gave them a name; of a token, as it was created
 * @param key what the body told it by; null for its name, and of tries that failed
 * @param occurrence the how many-th of its name in its attempt, from 1; 0 with a key; of a try that failed the how many-th, as far as all are
 *     kept
 * @param attempt the attempt that called it last, from 1
 * @param endedAt when its code returned or threw, null if that is not known; of a sleep: when it ends; of children, tokens, conditions and signals that it
 *     waits for: when it went on, null before that; of a loop: when its next iteration begins while it waits for that, then null until it is left
 * @param result what it returned; of runs it triggered, their ids, in whichever state; of a token its id while it is awaited, then how it
 *     ended, with its value as text; of a condition that does not hold the values it has read, each with name and version; of a signal its name while it is waited for, then its value, null if it
 *     timed out; of a try whose forerunners are not all kept, the how many-th it is; else null unless COMPLETED
 * @param failure what it threw; null unless RETRYING or FAILED
 * @param within where in the body it is: in which iteration of its loop, counted from 0, and in which branch, as {@code track[3] / checks.stock};
 *     null if in neither
 * @param iterations of a loop: how many iterations have finished; null for all else
 */
public record Step(
        String name,
        @Nullable String key,
        int occurrence,
        StepState state,
        int attempt,
        Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Json result,
        @Nullable Failure failure,
        @Nullable String within,
        @Nullable Integer iterations) {

    /** How long it took; null if its end is not known. */
    public @Nullable Duration duration() {
        return endedAt == null ? null : Duration.between(startedAt, endedAt);
    }
}

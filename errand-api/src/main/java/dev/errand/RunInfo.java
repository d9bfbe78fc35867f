package dev.errand;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run as the store saw it at one moment.
 *
 * @param task the task's id as registered
 * @param name null if the trigger gave none
 * @param attempt the present or last attempt, from 1; 0 before the first start
 * @param maxAttempts how many attempts it may make; null where the task's definition decides
 * @param priority the head start, in seconds
 * @param createdAt when it was triggered
 * @param dueAt when it may start, or start again; null once it has started
 * @param startedAt when its first, or if retried by hand its latest, body started; null before
 * @param endedAt when it ended; null before
 * @param expiresAt when it ends EXPIRED unless it has started; null for never
 * @param timeout the limit the trigger set, null for the task's
 * @param timeoutFrom from where that counts, null for the task's
 * @param machine what the trigger named; null for the task's
 * @param payload what it was triggered with
 * @param output what it returned; null unless COMPLETED
 * @param failure why it failed; null unless FAILED or RETRYING
 * @param reason why it ended unsuccessfully, in words; null otherwise
 * @param metadata what trigger and body noted
 * @param progress null if it reported none
 * @param node the number of the node that holds or ended it; null if none does, as between attempts and while it waits
 * @param version of the code on that node; null likewise, where {@link Attempt#version} tells who made an attempt
 * @param redeliveries how often its process died with it
 * @param cancelRequested whether a cancel was asked for that its body has not yet answered
 * @param replayOf the run it repeats; null if it is no replay
 * @param queue where it waits or waited; null for the task's own line
 * @param concurrencyKey whose share of the limits per key it takes; null for none
 * @param maxDuration how long an attempt may be active, as the trigger said; null for what the task says
 * @param idempotencyKey what it was triggered with; null for none
 * @param parent the run whose body triggered it; null for none. It may be deleted by now
 * @param root the run at the top of the tree it is in, which has no parent itself; null if this one has none. What nodes stored that did
 *     not keep it yet has its parent for that, and so has what is below in the tree
 * @param lingering whether a body of it goes on although the run has timed out or was cancelled; it takes its slot until it ends
 * @param ttl how long it was to wait for its first start, as the trigger said, zero for as long as it takes; null for what the task says, and of
 *     runs that SQL triggered
 * @param test whether the trigger said that it is a test
 * @param batch the batch it was triggered in; null for none. It may be deleted by now
 * @param schedule the {@linkplain ScheduleInfo#id() id} of the schedule that triggered it; null for none. It may be deleted by now
 * @param keyText what its idempotency key is shown as, see {@link IdempotencyKey#shownAs}; null for the key itself
 * @param depth how many runs are above it in its tree; 0 if it has no parent; null where that was not kept: in trees that were stored before
 *     there was this
 * @param updatedAt when it was last seen to change: when it was triggered, became due, started, when an attempt of it or it itself ended; what
 *     is noted of it meanwhile, progress and metadata, does not count
 */
public record RunInfo(
        RunId id,
        String task,
        @Nullable String name,
        List<String> tags,
        RunState state,
        int attempt,
        @Nullable Integer maxAttempts,
        int priority,
        Instant createdAt,
        @Nullable Instant dueAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Instant expiresAt,
        @Nullable Duration timeout,
        @Nullable TimeoutFrom timeoutFrom,
        @Nullable Machine machine,
        Json payload,
        @Nullable Json output,
        @Nullable Failure failure,
        @Nullable String reason,
        Map<String, Object> metadata,
        @Nullable Progress progress,
        @Nullable Long node,
        @Nullable String version,
        int redeliveries,
        boolean cancelRequested,
        @Nullable RunId replayOf,
        @Nullable String queue,
        @Nullable String concurrencyKey,
        @Nullable Duration maxDuration,
        @Nullable String idempotencyKey,
        @Nullable RunId parent,
        @Nullable RunId root,
        boolean lingering,
        @Nullable Duration ttl,
        boolean test,
        @Nullable BatchId batch,
        @Nullable String schedule,
        @Nullable String keyText,
        @Nullable Integer depth,
        Instant updatedAt) {}

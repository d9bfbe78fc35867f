package dev.errand.store.copy;

import dev.errand.Failure;
import dev.errand.LogLine;
import dev.errand.Progress;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.TokenId;
import dev.errand.TokenInfo;
import dev.errand.store.AwaitedEnd;
import dev.errand.store.BatchEntry;
import dev.errand.store.BatchMember;
import dev.errand.store.KeyHash;
import dev.errand.store.NewRun;
import dev.errand.store.ScheduleEntry;
import dev.errand.store.StepEntry;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One thing a store keeps, in no store's own form. What is said of a run follows the run. */
public sealed interface Kept {
    /**
     * A task somebody declared or triggered.
     *
     * @param definition null while nobody declared it
     * @param declaredAt null likewise
     */
    record Task(
            String id,
            List<String> aliases,
            @Nullable String definition,
            @Nullable Instant declaredAt,
            boolean removed) implements Kept {}

    /**
     * A queue.
     *
     * @param limits as declared, JSON as {@link dev.errand.store.format.LimitsText} writes it
     * @param override what an operator says instead, likewise; null if nobody did
     */
    record Queue(String name, String limits, @Nullable String override, boolean paused) implements Kept {}

    /** A run as it was triggered, and where it stands. */
    record Run(NewRun run, Standing standing) implements Kept {}

    /** Where a run stands that nobody holds. */
    sealed interface Standing {}

    /**
     * It has not ended.
     *
     * @param state DELAYED, QUEUED, RETRYING or WAITING
     * @param dueAt when it may start, or start again; its place in line follows from that and its priority
     * @param expiresAt null for never, and once it has started
     * @param attempt the one to make
     * @param suspect see {@link dev.errand.store.Claim#suspect}
     * @param resumed see {@link dev.errand.store.Claim#resumed}
     */
    record Waiting(
            RunState state,
            Instant dueAt,
            @Nullable Instant expiresAt,
            int attempt,
            int redeliveries,
            boolean suspect,
            boolean resumed)
            implements Standing {}

    /**
     * It has ended.
     *
     * @param attempt the last one made; 0 for none
     * @param claim under which it ended; null if under none
     * @param startedAt of its last attempt; null if it never started
     * @param output JSON in UTF-8
     * @param retriable whether it may be retried by hand
     */
    record Ended(
            RunState state,
            int attempt,
            @Nullable Long claim,
            @Nullable Instant startedAt,
            Instant endedAt,
            int redeliveries,
            byte @Nullable [] output,
            @Nullable Failure failure,
            @Nullable String reason,
            boolean retriable)
            implements Standing {}

    /**
     * An attempt that was followed by another.
     *
     * @param byHand whether the next one was started by hand
     */
    record PastAttempt(
            RunId run,
            int attempt,
            long claim,
            Instant startedAt,
            Instant endedAt,
            @Nullable Failure failure,
            boolean byHand)
            implements Kept {}

    /**
     * What bodies noted.
     *
     * @param metadata a JSON object; null while it is what the trigger said
     */
    record Note(
            RunId run,
            @Nullable Progress progress,
            @Nullable String metadata) implements Kept {}

    /** An emitted item, JSON in UTF-8. */
    record Emitted(RunId run, int attempt, long position, byte[] item) implements Kept {}

    /**
     * A key of a trigger that a run holds.
     *
     * @param kind 0 idempotency, 1 debounce
     * @param until when it is free at the latest
     * @param payload null if it does not matter
     */
    record Key(
            RunId run,
            int kind,
            KeyHash hash,
            Instant until,
            @Nullable KeyHash payload) implements Kept {}

    /** A line of a run's log. */
    record Line(RunId run, LogLine line) implements Kept {}

    /** A step of a run's journal. */
    record Step(RunId run, StepEntry step) implements Kept {}

    /**
     * A token.
     *
     * @param info as its store's clock has it; in the other store its own clock says whether its time has passed
     * @param key that it holds, which no other does; null for none
     */
    record Token(TokenInfo info, @Nullable KeyHash key) implements Kept {}

    /**
     * That a run awaits a token, or has.
     *
     * @param state as of {@link Awaited}
     * @param armed likewise
     */
    record AwaitedToken(RunId run, TokenId token, int state, int armed) implements Kept {}

    /**
     * A value.
     *
     * @param json in UTF-8
     */
    record Value(String name, long version, byte[] json, Instant setAt) implements Kept {}

    /**
     * That a run waits for a value to change, or has.
     *
     * @param value a hash of its name: the UUID made from the bytes of "errand.value:" and the name
     * @param version that it has read; 0 for none
     * @param state as of {@link Awaited}, where 1 says that somebody has to look what the version is by now
     * @param armed likewise
     */
    record AwaitedValue(RunId run, KeyHash value, long version, int state, int armed) implements Kept {}

    /**
     * That a run watches another, or has.
     *
     * @param state as of {@link Awaited}
     * @param armed likewise
     */
    record Watched(RunId run, RunId watched, int state, int armed) implements Kept {}

    /**
     * A signal that its run has not received.
     *
     * @param position as of {@link dev.errand.store.Inbox.Signal}
     * @param json in UTF-8
     */
    record Signal(RunId run, String name, long position, byte[] json, Instant sentAt) implements Kept {}

    /**
     * A value that a run's body has published.
     *
     * @param json in UTF-8
     */
    record Published(RunId run, String name, byte[] json, Instant at) implements Kept {}

    /**
     * That a run awaits the end of another.
     *
     * @param run that awaits it
     * @param state 0 open, 1 it has happened and nobody has looked who waits for it, 2 it has happened
     * @param armed 0 if it is not waited for at the moment, 1 if any such end ends the wait, 2 if all of them do together
     * @param end of which run, and how; all else is null while it is open
     */
    record Awaited(RunId run, int state, int armed, AwaitedEnd end) implements Kept {}

    /** A batch, and its runs in their order, those that are gone or never were included. */
    record Batched(BatchEntry batch, List<BatchMember> members) implements Kept {}

    /** A schedule. */
    record Scheduled(ScheduleEntry entry) implements Kept {}

    /**
     * A durable subscription.
     *
     * @param epoch of its last claim
     * @param missed events of which it was told
     * @param open how many events it had not passed: deleted by now or not, in the copy they are missed
     */
    record Subscribed(
            String name,
            Instant createdAt,
            long epoch,
            long acknowledged,
            @Nullable Instant acknowledgedAt,
            long missed,
            long failures,
            @Nullable Failure lastFailure,
            long open)
            implements Kept {}
}

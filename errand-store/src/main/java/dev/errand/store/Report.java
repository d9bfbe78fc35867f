package dev.errand.store;

import dev.errand.Failure;
import dev.errand.LogLine;
import dev.errand.Progress;
import dev.errand.PublishedValue;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.TokenId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the holder of a claim has to say about its run. */
public sealed interface Report {
    Claim claim();

    /** The body started and is still at it: the run is EXECUTING. */
    record Started(Claim claim, Instant at) implements Report {}

    /**
     * Something to keep with the run while it executes.
     *
     * @param emitted items in order, JSON in UTF-8
     * @param lines positions are the store's to give; what they hold here is ignored
     * @param progress null if unchanged
     * @param metadata the whole of it as a JSON object; null if unchanged
     * @param raised events the body raised, in order
     * @param published values in place of those that were published under these names, each of which is there once
     * @param metadataBefore the metadata that was changed: where the store has other metadata by now, since somebody else has {@linkplain NoteStore edited}
     *     it, the change is brought into that, see {@link dev.errand.store.format.MetadataMerge}; null to have it take the place of whatever is there
     * @param again whether it was sent before, and what came of that is not known: metadata that the store has already is not brought in once more
     */
    record Noted(
            Claim claim,
            List<byte[]> emitted,
            List<LogLine> lines,
            @Nullable Progress progress,
            @Nullable String metadata,
            List<Raised> raised,
            List<PublishedValue> published,
            @Nullable String metadataBefore,
            boolean again)
            implements Report {
        /** Sent for the first time. */
        public Noted(
                Claim claim,
                List<byte[]> emitted,
                List<LogLine> lines,
                @Nullable Progress progress,
                @Nullable String metadata,
                List<Raised> raised,
                List<PublishedValue> published,
                @Nullable String metadataBefore) {
            this(claim, emitted, lines, progress, metadata, raised, published, metadataBefore, false);
        }

        /** Metadata in place of whatever is there. */
        public Noted(
                Claim claim,
                List<byte[]> emitted,
                List<LogLine> lines,
                @Nullable Progress progress,
                @Nullable String metadata,
                List<Raised> raised,
                List<PublishedValue> published) {
            this(claim, emitted, lines, progress, metadata, raised, published, null);
        }

        /** Nothing published. */
        public Noted(
                Claim claim,
                List<byte[]> emitted,
                List<LogLine> lines,
                @Nullable Progress progress,
                @Nullable String metadata,
                List<Raised> raised) {
            this(claim, emitted, lines, progress, metadata, raised, List.of());
        }

        /** The same, sent once more. */
        public Noted sentAgain() {
            return new Noted(claim, emitted, lines, progress, metadata, raised, published, metadataBefore, true);
        }

        /** Whether there is anything but events. */
        public boolean isNote() {
            return !emitted.isEmpty()
                    || !lines.isEmpty()
                    || progress != null
                    || metadata != null
                    || !published.isEmpty();
        }
    }

    /**
     * What is known of a step of the run, in place of what was known of the one at that position.
     *
     * @param step its position is one after another from 1, in the order steps began; nobody but the holder gives them out
     * @param received the position of a signal of the run which is received by this, and gone with it; null for none
     */
    record Journaled(Claim claim, StepEntry step, @Nullable Long received) implements Report {
        /** No signal. */
        public Journaled(Claim claim, StepEntry step) {
            this(claim, step, null);
        }
    }

    /** An event a body raised; data is JSON, null for none. */
    record Raised(String name, Instant at, @Nullable String data) {}

    /**
     * The run has ended. Ends the claim.
     *
     * @param state a terminal one
     * @param startedAt when the body started; null if it never did
     * @param output JSON in UTF-8; null unless COMPLETED
     * @param failure null unless FAILED
     * @param reason why, in words; null if COMPLETED
     * @param retriable whether it may be retried by hand: it FAILED with attempts left
     */
    record Ended(
            Claim claim,
            RunState state,
            @Nullable Instant startedAt,
            Instant at,
            byte @Nullable [] output,
            @Nullable Failure failure,
            @Nullable String reason,
            boolean retriable)
            implements Report {}

    /**
     * The run has ended, and its body has not: it has not heeded its timeout or a cancel. As {@link Ended}; but what limits counted of the
     * run they go on counting, until its node says that the body has {@linkplain Left left}, leaves itself, or is taken for dead.
     */
    record Lingers(Ended end) implements Report {
        @Override
        public Claim claim() {
            return end.claim();
        }
    }

    /**
     * The body of a run that {@linkplain Lingers lingered} under this claim has ended. Nothing is to be known of the claim, and nobody else's
     * permit comes free: it is RECORDED whoever says so, and however often.
     */
    record Left(Claim claim) implements Report {}

    /** The attempt failed and another follows: the run is RETRYING until then, or QUEUED if that is now. Ends the claim. */
    record Retried(Claim claim, Instant startedAt, Instant at, Failure failure, Instant dueAt) implements Report {}

    /**
     * The body waits, and its attempt goes on later: the run is WAITING until it is due, or what it awaits has happened; or QUEUED if that is
     * now. The next claim is for the same attempt and {@linkplain Claim#resumed resumes} it. Ends the claim.
     *
     * @param startedAt when the body was called under this claim
     * @param steps journaled with it, as by {@link Journaled}
     * @param dueAt when it goes on at the latest; null if nothing but what it awaits ends its wait
     * @param awaits what ends its wait besides; null for nothing
     */
    record Waiting(
            Claim claim,
            Instant startedAt,
            Instant at,
            List<StepEntry> steps,
            @Nullable Instant dueAt,
            @Nullable Awaits awaits)
            implements Report {}

    /**
     * What a run waits for besides a time.
     *
     * @param runs that were {@linkplain Store#spawn spawned} by it to be awaited; that they end
     * @param tokens that they end
     * @param values that they are changed after somebody has read them; one that was changed before has happened. Of one that was read in two
     *     versions: after the first of these if any suffices, after both if all are needed
     * @param watched runs that it {@linkplain WatchStore#watch watches} under this claim; that they end, or are deleted, after that
     * @param any whether the first of all suffices; else all are needed
     */
    record Awaits(List<RunId> runs, List<TokenId> tokens, List<SeenValue> values, List<RunId> watched, boolean any) {
        /** No runs that it watches. */
        public Awaits(List<RunId> runs, List<TokenId> tokens, List<SeenValue> values, boolean any) {
            this(runs, tokens, values, List.of(), any);
        }

        /** No values. */
        public Awaits(List<RunId> runs, List<TokenId> tokens, boolean any) {
            this(runs, tokens, List.of(), any);
        }
    }

    /**
     * Given back without having spent the attempt: not started, or interrupted by a shutdown. QUEUED at its old position. Ends the claim.
     *
     * @param died whether the process that executed the body died with it, which counts as a redelivery; its start was recorded before
     */
    record Released(Claim claim, boolean died) implements Report {
        /** Nothing died. */
        public Released(Claim claim) {
            this(claim, false);
        }
    }
}

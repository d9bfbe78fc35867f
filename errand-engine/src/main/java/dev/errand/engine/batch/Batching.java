package dev.errand.engine.batch;

import dev.errand.Batch;
import dev.errand.BatchEnd;
import dev.errand.BatchId;
import dev.errand.BatchOptions;
import dev.errand.Batches;
import dev.errand.IdempotencyKey;
import dev.errand.RunId;
import dev.errand.TriggerOptions;
import dev.errand.engine.trigger.Origin;
import dev.errand.engine.trigger.Triggers;
import dev.errand.store.BatchEntry;
import dev.errand.store.KeyHash;
import dev.errand.store.NewRun;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From what somebody triggers together to the batch that is stored. Stores nothing. */
public final class Batching {
    /**
     * A batch, and what is to be stored with it.
     *
     * @param runs its own; of a batch without any, its callback
     */
    public record Made(BatchEntry batch, List<NewRun> runs) {
        /** Its own runs. */
        public List<RunId> ids() {
            return runs.stream().limit(batch.size()).map(NewRun::id).toList();
        }
    }

    private final Triggers triggers;
    private final Clock clock;

    public Batching(Triggers triggers, Clock clock) {
        this.triggers = triggers;
        this.clock = clock;
    }

    /** Refuses more runs than a batch may have, before any of them is looked at. */
    public static void checkSize(int size) {
        if (size > Batch.LARGEST) {
            throw new IllegalArgumentException("a batch has at most %,d runs, this one would have %,d; trigger several"
                    .formatted(Batch.LARGEST, size));
        }
    }

    /**
     * A batch of so many runs that are to come. Refuses callbacks that could not be triggered in the end.
     *
     * @param origin the body that opens it; null for none
     */
    BatchEntry open(int size, BatchOptions options, @Nullable Origin origin) {
        checkSize(size);
        if (size < 1) {
            throw new IllegalArgumentException(
                    "a batch that is opened has at least one item, this one %d".formatted(size));
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        BatchId id = BatchId.next(now);
        BatchEnd end = new BatchEnd(id.toString(), options.name(), size, 0, 0);
        NewRun onComplete = callback(options.onComplete(), end);
        NewRun onFailure = callback(options.onFailure(), end);
        return new BatchEntry(
                id,
                options.name(),
                now,
                size,
                onComplete == null ? null : onComplete.task(),
                onFailure == null ? null : onFailure.task(),
                null,
                null,
                null,
                null,
                0,
                null,
                key(options.idempotencyKey(), origin, now),
                request(options.requestKey(), now));
    }

    private static BatchEntry.@Nullable Key key(@Nullable IdempotencyKey key, @Nullable Origin origin, Instant now) {
        if (key == null) {
            return null;
        }
        String shown = key.shownAs();
        KeyHash hash = KeyHash.of("batch " + within(key, origin) + key.text());
        return new BatchEntry.Key(shown == null ? key.text() : shown, hash, now.plus(key.life()));
    }

    private static BatchEntry.@Nullable Request request(@Nullable String key, Instant now) {
        return key == null
                ? null
                : new BatchEntry.Request(KeyHash.of("request " + key), now.plus(Batches.REQUEST_MEMORY));
    }

    private static String within(IdempotencyKey key, @Nullable Origin origin) {
        if (origin == null || key.scope() == IdempotencyKey.Scope.GLOBAL) {
            return "of all ";
        }
        return key.scope() == IdempotencyKey.Scope.ATTEMPT
                ? "in %s/%d ".formatted(origin.run(), origin.attempt())
                : "in %s ".formatted(origin.run());
    }

    /** A batch of these runs. Refuses callbacks that could not be triggered in the end. */
    public Made make(List<NewRun> runs, BatchOptions options) {
        if (options.idempotencyKey() != null || options.requestKey() != null) {
            throw new IllegalArgumentException(
                    "a batch whose runs come with it takes no key; open it with the key, and fill it");
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        BatchId id = BatchId.next(now);
        BatchEnd end = new BatchEnd(id.toString(), options.name(), runs.size(), 0, 0);
        NewRun onComplete = callback(options.onComplete(), end);
        NewRun onFailure = callback(options.onFailure(), end);
        boolean empty = runs.isEmpty();
        BatchEntry batch = new BatchEntry(
                id,
                options.name(),
                now,
                runs.size(),
                onComplete == null ? null : onComplete.task(),
                onFailure == null ? null : onFailure.task(),
                null,
                null,
                empty ? now : null,
                empty && onComplete != null ? onComplete.id() : null);
        if (empty) {
            return new Made(batch, onComplete == null ? List.of() : List.of(onComplete));
        }
        return new Made(batch, runs.stream().map(run -> run.in(id)).toList());
    }

    private @Nullable NewRun callback(@Nullable String task, BatchEnd end) {
        return task == null ? null : triggers.run(task, end, TriggerOptions.none(), null);
    }
}

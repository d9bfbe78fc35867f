package dev.errand.engine.step;

import dev.errand.ClaimLostException;
import dev.errand.RunId;
import dev.errand.store.NewRun;
import dev.errand.store.Receipt;
import dev.errand.store.StepEntry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The runs that an attempt triggers and does not wait for, each of them once however often the code is called that triggers it. They are
 * told apart by task and payload, and by their order where these are the same, so that threads may trigger at the same time. Any thread.
 */
public final class Spawns {
    private final RunId run;
    private final WaitJournal journal;
    private final Map<String, Integer> occurrences = new ConcurrentHashMap<>();

    public Spawns(RunId run, WaitJournal journal) {
        this.run = run;
        this.journal = journal;
    }

    /**
     * By what the next run like this is known.
     *
     * @param perAttempt whether it is triggered once in each attempt, and not once in all
     */
    public String key(NewRun made, boolean perAttempt) {
        String what = made.task() + ":" + hash(made.payload()) + (perAttempt ? "@" + journal.attempt() : "");
        return StepKey.spawn(what, occurrences.merge(what, 1, Integer::sum)).stored();
    }

    private static String hash(byte[] payload) {
        return HexFormat.of().toHexDigits(ByteBuffer.wrap(Sha256.of(payload)).getLong());
    }

    /** As which run it was triggered before; null if it was not. */
    public @Nullable RunId before(String key) {
        StepEntry entry = journal.find(key);
        byte[] id = entry == null ? null : entry.result();
        return id == null ? null : RunId.of(new String(id, 1, id.length - 2, StandardCharsets.US_ASCII));
    }

    /** Triggers it; returns when that is durable. */
    public void trigger(String key, NewRun made) {
        StepEntry entry = entry(key, made, made.id());
        if (journal.spawn(entry, List.of(made), false).toCompletableFuture().join() == Receipt.LOST) {
            throw new ClaimLostException(run);
        }
    }

    /** It was triggered in another way, in which it would be the same run again. */
    public void triggered(String key, NewRun made, RunId as) {
        journal.keep(entry(key, made, as));
    }

    private StepEntry entry(String key, NewRun made, RunId id) {
        byte[] json = ('"' + id.toString() + '"').getBytes(StandardCharsets.US_ASCII);
        return journal.entry(key, made.task(), made.createdAt(), json);
    }
}

package dev.errand.engine.step;

import dev.errand.ClaimLostException;
import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.engine.json.Codec;
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
 * The runs that an attempt triggers and does not wait for, each of them once however often the code is called that triggers it. Those of
 * one task are told apart by their order, or, where threads trigger at the same time, by their payloads. Any thread.
 */
public final class Spawns {
    private final RunId run;
    private final WaitJournal journal;
    private final Codec codec;
    private final Map<String, Integer> occurrences = new ConcurrentHashMap<>();

    public Spawns(RunId run, WaitJournal journal, Codec codec) {
        this.run = run;
        this.journal = journal;
        this.codec = codec;
    }

    /**
     * The next run like this.
     *
     * @param payload by which it is told from others of its task; null if by its order
     * @param perAttempt whether it is triggered once in each attempt, and not once in all
     */
    public Spawn next(String task, byte @Nullable [] payload, boolean perAttempt) {
        String what = task
                + (payload == null ? "" : ":" + hash(codec.ordered(payload)))
                + (perAttempt ? "@" + journal.attempt() : "");
        return new Spawn(task, what, occurrences.merge(what, 1, Integer::sum));
    }

    private static String hash(byte[] payload) {
        return HexFormat.of().toHexDigits(ByteBuffer.wrap(Sha256.of(payload)).getLong());
    }

    /** A run that is triggered now, or was before. */
    public final class Spawn {
        private final String task;
        private final String what;
        private final String key;

        private Spawn(String task, String what, int occurrence) {
            this.task = task;
            this.what = what;
            this.key = StepKey.spawn(what, occurrence).stored();
        }

        /**
         * As which run it was triggered before; null if it was not.
         *
         * @throws StoreException if that cannot be read; then it may be asked for again
         */
        public @Nullable RunId before() {
            try {
                StepEntry entry = journal.find(key);
                byte[] id = entry == null ? null : entry.result();
                return id == null ? null : RunId.of(new String(id, 1, id.length - 2, StandardCharsets.US_ASCII));
            } catch (StoreException e) {
                occurrences.merge(what, -1, Integer::sum);
                throw e;
            }
        }

        /** Triggers it; returns when that is durable. */
        public void trigger(NewRun made) {
            if (journal.spawn(entry(made.id()), List.of(made), false) == Receipt.LOST) {
                throw new ClaimLostException(run);
            }
        }

        /** It was triggered in another way. */
        public void triggeredAs(RunId id) {
            journal.keep(entry(id));
        }

        private StepEntry entry(RunId id) {
            byte[] json = ('"' + id.toString() + '"').getBytes(StandardCharsets.US_ASCII);
            return journal.entry(key, task, journal.now(), json);
        }
    }
}

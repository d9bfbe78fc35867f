package dev.errand.engine.step;

import dev.errand.ClaimLostException;
import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.store.NewRun;
import dev.errand.store.Receipt;
import dev.errand.store.StepEntry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The runs that an attempt triggers and does not wait for, each of them once however often the code is called that triggers it. Those of
 * one task are told apart by their order, or, where threads trigger at the same time, by what they say; never by both, since what comes by
 * the one thread now may come by the other the next time. Any thread.
 */
public final class Spawns {
    private static final String ID = "\"%s\"";
    private static final String HIT = "{\"run\":\"%s\",\"hit\":true}";

    private final RunId run;
    private final WaitJournal journal;
    private final Map<String, BitSet> occurrences = new ConcurrentHashMap<>();
    private final Map<String, Boolean> inOrder = new ConcurrentHashMap<>();

    public Spawns(RunId run, WaitJournal journal) {
        this.run = run;
        this.journal = journal;
    }

    /**
     * The next run like this.
     *
     * @param text by which it is told from others of its task; null if by its order
     * @param perAttempt whether it is triggered once in each attempt, and not once in all
     * @throws IllegalStateException if others of its task are told apart in the other way
     */
    public Spawn next(String task, byte @Nullable [] text, boolean perAttempt) {
        if (!perAttempt) {
            requireOneWay(task, text == null);
        }
        String what = task + (text == null ? "" : ":" + hash(text)) + (perAttempt ? "@" + journal.attempt() : "");
        return new Spawn(task, what, take(what));
    }

    private void requireOneWay(String task, boolean ordered) {
        Boolean before = inOrder.putIfAbsent(task, ordered);
        if (before != null && before != ordered) {
            throw new IllegalStateException(
                    "Run %s was not to trigger runs of task %s from its body's thread and from others as well: the former are known by their order, the latter by what they say, and the next attempt could not tell which is which. Trigger them all from the body's thread, or all from threads of its own (a parallel stream uses the body's, too)"
                            .formatted(run, task));
        }
    }

    private int take(String what) {
        BitSet taken = occurrences.computeIfAbsent(what, unseen -> new BitSet());
        synchronized (taken) {
            int next = taken.nextClearBit(1);
            taken.set(next);
            return next;
        }
    }

    private void takeBack(String what, int occurrence) {
        BitSet taken = occurrences.computeIfAbsent(what, unseen -> new BitSet());
        synchronized (taken) {
            taken.clear(occurrence);
        }
    }

    private static String hash(byte[] text) {
        return HexFormat.of().toHexDigits(ByteBuffer.wrap(Sha256.of(text)).getLong());
    }

    /**
     * As what a run was triggered.
     *
     * @param hit whether an earlier one answered for it
     */
    public record Triggered(RunId run, boolean hit) {}

    /** A run that is triggered now, or was before. */
    public final class Spawn {
        private final String task;
        private final String what;
        private final int occurrence;
        private final String key;

        private Spawn(String task, String what, int occurrence) {
            this.task = task;
            this.what = what;
            this.occurrence = occurrence;
            this.key = StepKey.spawn(what, occurrence).stored();
        }

        /**
         * As what it was triggered before; null if it was not.
         *
         * @throws StoreException if that cannot be read; then it may be asked for again
         */
        public @Nullable Triggered before() {
            try {
                StepEntry entry = journal.find(key);
                byte[] result = entry == null ? null : entry.result();
                return result == null ? null : read(new String(result, StandardCharsets.US_ASCII));
            } catch (StoreException e) {
                takeBack();
                throw e;
            }
        }

        private static Triggered read(String json) {
            boolean hit = json.startsWith("{");
            String[] around = (hit ? HIT : ID).split("%s", 2);
            String id = json.substring(around[0].length(), json.length() - around[1].length());
            return new Triggered(RunId.of(id), hit);
        }

        /**
         * Triggers it; returns when that is durable.
         *
         * @throws StoreException if it is not known whether it was triggered. Who asks for it again in this attempt hears the same
         */
        public void trigger(NewRun made) {
            Receipt receipt;
            try {
                receipt = journal.spawn(entry(made.id(), false), List.of(made), false);
            } catch (StoreException e) {
                takeBack();
                throw e;
            }
            if (receipt == Receipt.LOST) {
                throw new ClaimLostException(run);
            }
        }

        /** It was triggered in another way. */
        public void triggeredAs(RunId id, boolean hit) {
            journal.keep(entry(id, hit));
        }

        /** It was not triggered, as far as is known here, and may be asked for again. */
        public void takeBack() {
            Spawns.this.takeBack(what, occurrence);
        }

        private StepEntry entry(RunId id, boolean hit) {
            byte[] json = (hit ? HIT : ID).formatted(id).getBytes(StandardCharsets.US_ASCII);
            return journal.entry(key, task, journal.now(), json);
        }
    }
}

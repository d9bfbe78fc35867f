package dev.errand.engine.step;

import dev.errand.ClaimLostException;
import dev.errand.QueueFullException;
import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.store.NewRun;
import dev.errand.store.Receipt;
import dev.errand.store.StepEntry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
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
    private final Places places;
    private final Map<String, Boolean> inOrder = new ConcurrentHashMap<>();

    public Spawns(RunId run, WaitJournal journal, Places places) {
        this.run = run;
        this.journal = journal;
        this.places = places;
    }

    /**
     * The next run like this where the calling thread is in the body.
     *
     * @param text what it says
     * @param inOrder whether it is told from others of its task by its order; else by what it says
     * @param perAttempt whether it is triggered once in each attempt, and not once in all
     * @throws IllegalStateException if others of its task are told apart in the other way, or nobody knows for which branch it is triggered
     * @throws StoreException if it cannot be read whether it was triggered before; then it may be asked for again
     */
    public Spawn next(String task, Supplier<byte[]> text, boolean inOrder, boolean perAttempt) {
        Place place = places.here();
        if (!perAttempt) {
            places.requireKnown("Run %s was not to trigger a run of task %s here".formatted(run, task));
            requireOneWay(task, inOrder);
        }
        String what = task
                + (inOrder ? "" : ":" + Occurrences.hash(text.get()))
                + (perAttempt ? "@" + journal.attempt() : "");
        Function<Occurrences.One, String> key = one -> place.key(StepKey.spawn(one.name(what), one.number()));
        Occurrences.One one = place.occurrences("spawn:" + what)
                .next(inOrder ? text : null, journal.mayRepeat(place), each -> journal.find(key.apply(each)));
        return new Spawn(task, key.apply(one), one, inOrder ? text : null);
    }

    private void requireOneWay(String task, boolean ordered) {
        Boolean before = inOrder.putIfAbsent(task, ordered);
        if (before != null && before != ordered) {
            throw new IllegalStateException(
                    "Run %s was not to trigger runs of task %s from its body's thread and from others as well: the former are known by their order, the latter by what they say, and the next attempt could not tell which is which. Trigger them all from the body's thread, or all from threads of its own (a parallel stream uses the body's, too)"
                            .formatted(run, task));
        }
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
        private final String key;
        private final Occurrences.One occurrence;
        private final @Nullable Supplier<byte[]> text;

        private Spawn(String task, String key, Occurrences.One occurrence, @Nullable Supplier<byte[]> text) {
            this.task = task;
            this.key = key;
            this.occurrence = occurrence;
            this.text = text;
        }

        /** As what it was triggered before; null if it was not. */
        public @Nullable Triggered before() {
            StepEntry entry = occurrence.before();
            byte[] result = entry == null ? null : entry.result();
            return result == null ? null : read(new String(result, StandardCharsets.US_ASCII));
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
         * @throws QueueFullException if there is no room for it; who says the same may ask for it again
         * @throws StoreException if it is not known whether it was triggered. Who asks for it again in this attempt hears the same
         */
        public void trigger(NewRun made) {
            Receipt receipt;
            try {
                receipt = journal.spawn(entry(made.id(), false), List.of(made), false);
            } catch (StoreException e) {
                takeBack();
                throw e;
            } catch (QueueFullException e) {
                refused();
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
            occurrence.takeBack();
        }

        /** There was no room for it. It keeps its place among others, for who says the same again. */
        public void refused() {
            if (text == null) {
                occurrence.takeBack(); // whoever has its number says the same
            } else {
                occurrence.refused(text.get());
            }
        }

        private StepEntry entry(RunId id, boolean hit) {
            byte[] json = (hit ? HIT : ID).formatted(id).getBytes(StandardCharsets.US_ASCII);
            return journal.entry(key, task, journal.now(), json);
        }
    }
}

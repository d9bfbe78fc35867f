package dev.errand.store.sql;

import dev.errand.KeyConflictException;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.KeyHash;
import dev.errand.store.KeyStore;
import dev.errand.store.KeyedRun;
import dev.errand.store.NewRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of triggers with keys, and writes nothing: a store says who holds the keys ({@link #found}), which nobody else
 * may change until the decision is written, then asks to {@link #decide}, then writes what is to be {@link #fresh}, {@link #pushes} and
 * {@link #held}.
 *
 * <p>A request that was answered is answered once more. After that an idempotency key that is held beats all: nothing is moved. One that is
 * free is held afterwards by whatever run the trigger came to, and so is the key of a request. A run that holds a key already was stored by
 * these very triggers, whose answer was lost.
 */
public final class KeyedBatch {
    /** Kinds of keys. */
    public enum Kind {
        IDEMPOTENCY(0),
        DEBOUNCE(1),
        REQUEST(2);

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        /** As it stands in tables. */
        public int number() {
            return number;
        }
    }

    /**
     * A key.
     *
     * @param task the task's id, in lower case
     */
    public record TriggerKey(Kind kind, String task, KeyHash hash) implements Comparable<TriggerKey> {
        private static final Comparator<TriggerKey> ORDER = Comparator.comparing(TriggerKey::kind)
                .thenComparing(TriggerKey::task)
                .thenComparingLong(key -> key.hash.high())
                .thenComparingLong(key -> key.hash.low());

        public static TriggerKey of(Kind kind, String task, KeyHash hash) {
            return new TriggerKey(kind, task.toLowerCase(Locale.ROOT), hash);
        }

        @Override
        public int compareTo(TriggerKey other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * Who holds a key.
     *
     * @param until when it is free at the latest: of a debounce key, when its run starts
     * @param payload null if it is not known
     * @param ended null if the run has not ended, or nobody looked
     * @param delayed null unless the run is DELAYED
     */
    public record Holder(
            RunId run,
            Instant until,
            @Nullable KeyHash payload,
            @Nullable RunState ended,
            @Nullable Delayed delayed) {

        /** Whether an idempotency key of it is not free. */
        public boolean holds(Instant now) {
            return now.isBefore(until) && (ended == null || !ended.isUnsuccessful() || ended == RunState.CANCELED);
        }
    }

    /** A run that waits for its time. */
    public record Delayed(
            Instant createdAt, Instant dueAt, @Nullable Instant expiresAt) {}

    /**
     * A run that is to be moved.
     *
     * @param payload JSON in UTF-8; null to keep what it has
     */
    public record Push(RunId run, Instant dueAt, @Nullable Instant expiresAt, byte @Nullable [] payload) {}

    private final List<KeyedRun> runs;
    private final Map<TriggerKey, Holder> holders = new HashMap<>();
    private final Map<TriggerKey, Holder> held = new LinkedHashMap<>();
    private final Map<RunId, NewRun> fresh = new LinkedHashMap<>();
    private final Map<RunId, Push> pushes = new LinkedHashMap<>();

    public KeyedBatch(List<KeyedRun> runs) {
        this.runs = List.copyOf(runs);
    }

    /** In a transaction that stays open for long, a run that is moved would stand still for all. */
    public static void requireNoDebounce(List<KeyedRun> runs) {
        if (runs.stream().anyMatch(run -> run.debounced() != null)) {
            throw new IllegalArgumentException(
                    "a debounced trigger cannot be part of a transaction: trigger it after the commit, or without debounce");
        }
    }

    /** The keys, each once, in an order that is the same for all. */
    public List<TriggerKey> keys() {
        SortedSet<TriggerKey> keys = new TreeSet<>();
        for (KeyedRun run : runs) {
            add(keys, idempotencyKey(run));
            add(keys, debounceKey(run));
            add(keys, requestKey(run));
        }
        return List.copyOf(keys);
    }

    private static void add(SortedSet<TriggerKey> keys, @Nullable TriggerKey key) {
        if (key != null) {
            keys.add(key);
        }
    }

    private static @Nullable TriggerKey idempotencyKey(KeyedRun run) {
        KeyedRun.Idempotency own = run.idempotency();
        return own == null ? null : TriggerKey.of(Kind.IDEMPOTENCY, run.run().task(), own.key());
    }

    private static @Nullable TriggerKey debounceKey(KeyedRun run) {
        KeyedRun.Debounced own = run.debounced();
        return own == null ? null : TriggerKey.of(Kind.DEBOUNCE, run.run().task(), own.key());
    }

    private static @Nullable TriggerKey requestKey(KeyedRun run) {
        KeyedRun.Request own = run.request();
        return own == null ? null : TriggerKey.of(Kind.REQUEST, run.run().task(), own.key());
    }

    /** This one holds the key, or did. */
    public void found(TriggerKey key, Holder holder) {
        holders.put(key, holder);
    }

    /**
     * Decides about all of them, in order.
     *
     * @throws KeyConflictException if a strict key is held for another payload
     */
    public List<KeyStore.Stored> decide() {
        List<KeyStore.Stored> answers = new ArrayList<>(runs.size());
        for (KeyedRun run : runs) {
            answers.add(decide(run));
        }
        return answers;
    }

    private KeyStore.Stored decide(KeyedRun trigger) {
        TriggerKey key = requestKey(trigger);
        KeyedRun.Request request = trigger.request();
        if (key == null || request == null) {
            return decideAnew(trigger);
        }
        Holder answered = holders.get(key);
        if (answered != null && trigger.run().createdAt().isBefore(answered.until())) {
            return new KeyStore.Stored(answered.run(), false);
        }
        KeyStore.Stored stored = decideAnew(trigger);
        hold(key, new Holder(stored.run(), request.until(), null, null, null));
        return stored;
    }

    private KeyStore.Stored decideAnew(KeyedRun trigger) {
        NewRun run = trigger.run();
        TriggerKey key = idempotencyKey(trigger);
        Holder holder = key == null ? null : holders.get(key);
        KeyedRun.Idempotency idempotency = trigger.idempotency();
        if (holder != null && idempotency != null) {
            if (holder.run().equals(run.id())) {
                return new KeyStore.Stored(run.id(), false);
            }
            if (holder.holds(run.createdAt())) {
                refuseConflict(run, idempotency, holder);
                return new KeyStore.Stored(holder.run(), true);
            }
        }
        RunId target = store(trigger);
        if (key != null && idempotency != null) {
            hold(key, new Holder(target, idempotency.until(), idempotency.payload(), null, null));
        }
        return new KeyStore.Stored(target, !target.equals(run.id()));
    }

    private static void refuseConflict(NewRun run, KeyedRun.Idempotency idempotency, Holder holder) {
        boolean differs = holder.payload() != null && !holder.payload().equals(idempotency.payload());
        if (idempotency.strict() && differs) {
            throw new KeyConflictException(run.task(), idempotency.text(), holder.run());
        }
    }

    private void hold(TriggerKey key, Holder holder) {
        holders.put(key, holder);
        held.put(key, holder);
    }

    /** The run that answers for the trigger: another that waits, or its own. */
    private RunId store(KeyedRun trigger) {
        NewRun run = trigger.run();
        TriggerKey key = debounceKey(trigger);
        KeyedRun.Debounced debounced = trigger.debounced();
        if (key == null || debounced == null) {
            fresh.put(run.id(), run);
            return run.id();
        }
        Holder holder = holders.get(key);
        if (holder != null && holder.run().equals(run.id())) {
            return run.id();
        }
        Delayed delayed = holder == null ? null : holder.delayed();
        if (holder != null && delayed != null && delayed.dueAt().isAfter(run.createdAt())) {
            push(key, holder.run(), delayed, run, debounced);
            return holder.run();
        }
        fresh.put(run.id(), run);
        Delayed now = new Delayed(run.createdAt(), run.dueAt(), run.expiresAt());
        hold(key, new Holder(run.id(), run.dueAt(), null, null, now));
        return run.id();
    }

    private void push(TriggerKey key, RunId waiting, Delayed delayed, NewRun run, KeyedRun.Debounced debounced) {
        Instant due = due(delayed, run.dueAt(), debounced.longest());
        Instant expires =
                delayed.expiresAt() == null ? null : delayed.expiresAt().plus(Duration.between(delayed.dueAt(), due));
        byte[] payload = debounced.trailing() ? run.payload() : null;
        NewRun first = fresh.get(waiting);
        if (first == null) {
            Push before = pushes.get(waiting);
            byte[] kept = payload == null && before != null ? before.payload() : payload;
            pushes.put(waiting, new Push(waiting, due, expires, kept));
        } else {
            fresh.put(waiting, moved(first, due, expires, payload));
        }
        hold(key, new Holder(waiting, due, null, null, new Delayed(delayed.createdAt(), due, expires)));
    }

    /** Where the run starts: never earlier than it would have. */
    private static Instant due(Delayed delayed, Instant wanted, @Nullable Duration longest) {
        Instant bound = longest == null ? wanted : delayed.createdAt().plus(longest);
        Instant due = wanted.isAfter(bound) ? bound : wanted;
        return due.isBefore(delayed.dueAt()) ? delayed.dueAt() : due;
    }

    private static NewRun moved(NewRun run, Instant due, @Nullable Instant expires, byte @Nullable [] payload) {
        return new NewRun(
                run.id(),
                run.task(),
                run.name(),
                run.tags(),
                payload == null ? run.payload() : payload,
                run.createdAt(),
                due,
                run.priority(),
                expires,
                run.options());
    }

    /** Runs to be stored, in order. */
    public List<NewRun> fresh() {
        return List.copyOf(fresh.values());
    }

    /** Runs to be moved. */
    public List<Push> pushes() {
        return List.copyOf(pushes.values());
    }

    /** Keys with their new holders. */
    public Map<TriggerKey, Holder> held() {
        return held;
    }
}

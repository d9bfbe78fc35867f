package dev.errand.store;

import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.KeyStore.Stored;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What keys of triggers mean, in the simplest way: all runs there are, and of each key the run that took it last. */
final class KeyModel {
    private static final Set<RunState> BAD =
            EnumSet.of(RunState.FAILED, RunState.CRASHED, RunState.TIMED_OUT, RunState.EXPIRED);

    /** A run as it should be. */
    static final class Row {
        final RunId id;
        final Instant created;
        Instant due;

        @Nullable
        Instant expires;

        String payload;
        RunState state;
        boolean claimed;

        private Row(NewRun run) {
            id = run.id();
            created = run.createdAt();
            due = run.dueAt();
            expires = run.expiresAt();
            payload = text(run);
            state = due.isAfter(created) ? RunState.DELAYED : RunState.QUEUED;
        }

        boolean waits() {
            return !claimed && !state.isTerminal();
        }
    }

    private record Key(String task, KeyHash hash) {}

    private record Hold(Row run, Instant until, String payload) {}

    final Map<RunId, Row> runs = new LinkedHashMap<>();
    private final Map<Key, Hold> holds = new HashMap<>();
    private final Map<Key, Row> bursts = new HashMap<>();

    static String text(NewRun run) {
        return new String(run.payload(), StandardCharsets.UTF_8);
    }

    Row row(RunId run) {
        Row row = runs.get(run);
        if (row == null) {
            throw new AssertionError("nobody triggered " + run);
        }
        return row;
    }

    List<Row> rows(Predicate<Row> wanted) {
        return runs.values().stream().filter(wanted).toList();
    }

    // ── triggers

    /** The run for whose sake a strict trigger is refused; null if it is not. */
    @Nullable
    RunId conflict(KeyedRun trigger) {
        KeyedRun.Idempotency key = trigger.idempotency();
        Hold hold = key == null
                ? null
                : held(trigger.run().task(), key.key(), trigger.run().createdAt());
        boolean differs = hold != null && !hold.payload().equals(text(trigger.run()));
        return key != null && key.strict() && hold != null && differs ? hold.run().id : null;
    }

    Stored trigger(KeyedRun trigger) {
        NewRun run = trigger.run();
        KeyedRun.Idempotency key = trigger.idempotency();
        Hold hold = key == null ? null : held(run.task(), key.key(), run.createdAt());
        if (hold != null) {
            return new Stored(hold.run().id, true);
        }
        Row row = waiting(trigger);
        boolean hit = row != null;
        if (row == null) {
            row = new Row(run);
            runs.put(row.id, row);
        } else {
            move(row, trigger);
        }
        if (key != null) {
            holds.put(new Key(run.task(), key.key()), new Hold(row, key.until(), text(run)));
        }
        if (trigger.debounced() != null) {
            bursts.put(new Key(run.task(), trigger.debounced().key()), row);
        }
        return new Stored(row.id, hit);
    }

    /** A key is live while its time lasts, its run is there, and did not end badly. */
    private @Nullable Hold held(String task, KeyHash key, Instant now) {
        Hold hold = holds.get(new Key(task, key));
        boolean live = hold != null
                && now.isBefore(hold.until())
                && runs.containsKey(hold.run().id)
                && !BAD.contains(hold.run().state);
        return live ? hold : null;
    }

    boolean isHeld(String task, KeyHash key, Instant now) {
        return held(task, key, now) != null;
    }

    void reset(String task, KeyHash key) {
        holds.remove(new Key(task, key));
    }

    /** The run of the burst that a trigger belongs to, if it has not become due; null if it is the first of one. */
    private @Nullable Row waiting(KeyedRun trigger) {
        if (trigger.debounced() == null) {
            return null;
        }
        Row row = bursts.get(new Key(trigger.run().task(), trigger.debounced().key()));
        boolean waits = row != null
                && runs.containsKey(row.id)
                && row.state == RunState.DELAYED
                && row.due.isAfter(trigger.run().createdAt());
        return waits ? row : null;
    }

    /** Starts a delay after this trigger, but within the bound, and no earlier than it would have. */
    private static void move(Row row, KeyedRun trigger) {
        KeyedRun.Debounced debounced = trigger.debounced();
        Instant due = trigger.run().dueAt();
        if (debounced != null && debounced.longest() != null) {
            Instant bound = row.created.plus(debounced.longest());
            due = due.isAfter(bound) ? bound : due;
        }
        if (due.isAfter(row.due)) {
            Duration later = Duration.between(row.due, due);
            row.due = due;
            row.expires = row.expires == null ? null : row.expires.plus(later);
        }
        if (debounced != null && debounced.trailing()) {
            row.payload = text(trigger.run());
        }
    }

    // ── time

    /** What has become due by now. */
    void advance(Instant now) {
        for (Row row : runs.values()) {
            boolean timed = row.state == RunState.DELAYED || row.state == RunState.RETRYING;
            if (timed && !row.due.isAfter(now)) {
                row.state = RunState.QUEUED;
            }
            if (row.waits() && row.state == RunState.QUEUED && row.expires != null && !row.expires.isAfter(now)) {
                row.state = RunState.EXPIRED;
            }
        }
    }
}

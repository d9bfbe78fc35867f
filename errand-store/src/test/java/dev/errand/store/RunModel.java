package dev.errand.store;

import dev.errand.CancelAnswer;
import dev.errand.RescheduleAnswer;
import dev.errand.RetryAnswer;
import dev.errand.RunId;
import dev.errand.RunState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What has become of each run, in the simplest way: all of them are in one list, and each question goes through it. */
final class RunModel {
    /** One run, as it should be in the store. */
    static final class Entry {
        final NewRun run;
        RunState state;
        Instant due;
        Instant position;
        boolean resumed;
        boolean cancelAsked;

        @Nullable
        Instant expires;

        @Nullable
        Store holder;

        Entry(NewRun run, Instant now) {
            this.run = run;
            this.state = run.dueAt().isAfter(now) ? RunState.DELAYED : RunState.QUEUED;
            this.expires = run.expiresAt();
            dueAt(run.dueAt());
        }

        RunId id() {
            return run.id();
        }

        void dueAt(Instant instant) {
            due = instant;
            position = instant.minus(Duration.ofSeconds(run.priority()));
        }

        boolean isHeld() {
            return holder != null;
        }

        /** Whether nobody holds it that might be claimed. */
        boolean isQueued() {
            return state == RunState.QUEUED && holder == null;
        }

        /** Whether its time to live is over, be it that nobody has said so yet. */
        boolean isLate(Instant now) {
            return expires != null && !expires.isAfter(now);
        }

        void end(RunState end) {
            state = end;
            holder = null;
            cancelAsked = false;
        }

        @Override
        public String toString() {
            return "%s of %s in %s with %s should be %s, position %s, held: %s, resumed: %s, asked to stop: %s"
                    .formatted(
                            id(),
                            run.task(),
                            run.options().queue(),
                            run.options().concurrencyKey(),
                            state,
                            position,
                            isHeld(),
                            resumed,
                            cancelAsked);
        }

        /** Nobody holds it any more, and it goes on later, unless it was asked to stop. */
        private void goOn(RunState next) {
            holder = null;
            state = cancelAsked ? RunState.CANCELED : next;
            cancelAsked = false;
        }
    }

    private final Map<RunId, Entry> runs = new LinkedHashMap<>();
    /** Whose bodies go on though they have ended. */
    private final Set<RunId> lingering = new HashSet<>();

    private final LimitModel limits;

    RunModel(LimitModel limits) {
        this.limits = limits;
    }

    Collection<Entry> all() {
        return runs.values();
    }

    List<Entry> where(Predicate<Entry> which) {
        return runs.values().stream().filter(which).toList();
    }

    Entry of(RunId run) {
        Entry entry = runs.get(run);
        if (entry == null) {
            throw new AssertionError("nobody triggered " + run);
        }
        return entry;
    }

    // ── triggers

    /** One after another. */
    void triggered(List<NewRun> news, Instant now) {
        for (NewRun run : news) {
            Entry entry = new Entry(run, now);
            runs.put(run.id(), entry);
            if (entry.state == RunState.QUEUED) {
                settle(entry);
            }
        }
    }

    private void settle(Entry entry) {
        List<ConflictModel> conflicts = limits.conflicts(entry.run);
        if (conflicts.stream().anyMatch(conflict -> conflict.drops() && isFull(conflict, entry))) {
            entry.end(RunState.CANCELED);
            return;
        }
        List<Entry> replaced = new ArrayList<>();
        for (ConflictModel conflict : conflicts) {
            if (isFull(conflict, entry) && replaced.stream().noneMatch(one -> conflict.counts(one.run))) {
                replace(conflict, entry).ifPresent(replaced::add);
            }
        }
    }

    private boolean isFull(ConflictModel conflict, Entry but) {
        return countedFor(conflict, but)
                        .filter(one -> one.isHeld() || one.isQueued() || lingering.contains(one.id()))
                        .count()
                >= conflict.limit();
    }

    private Stream<Entry> countedFor(ConflictModel conflict, Entry but) {
        return runs.values().stream().filter(one -> !one.equals(but) && conflict.counts(one.run));
    }

    private Optional<Entry> replace(ConflictModel conflict, Entry by) {
        Optional<Entry> oldest = oldest(countedFor(conflict, by).filter(one -> one.isQueued() && !one.resumed));
        oldest.ifPresent(one -> one.end(RunState.CANCELED));
        if (oldest.isEmpty() && conflict.replacesExecuting()) {
            oldest = oldest(countedFor(conflict, by).filter(one -> one.isHeld() && !one.cancelAsked));
            oldest.ifPresent(one -> one.cancelAsked = true);
        }
        return oldest;
    }

    /** Of those of one position, the one that was triggered first. */
    private static Optional<Entry> oldest(Stream<Entry> entries) {
        return entries.min(Comparator.comparing(entry -> entry.position));
    }

    // ── claims, and what their holders report

    void claimed(Store holder, List<Claim> claims, Instant now) {
        for (Claim claim : claims) {
            Entry entry = of(claim.run());
            if (entry.isHeld() || entry.state.isTerminal() || entry.due.isAfter(now)) {
                throw new AssertionError("claimed: %s, which is %s, held: %s, due at %s, now %s"
                        .formatted(entry.id(), entry.state, entry.isHeld(), entry.due, now));
            }
            entry.state = RunState.QUEUED;
            entry.holder = holder;
        }
    }

    /** Those that no limit holds back: of them at least one is claimed by whoever asks. */
    List<RunId> startable(Instant now) {
        return runs.values().stream()
                .filter(entry -> entry.isQueued() && !entry.due.isAfter(now) && !entry.isLate(now))
                .filter(entry -> limits.letStart(entry.run))
                .map(Entry::id)
                .toList();
    }

    void reported(Report report, Instant now) {
        Entry entry = of(report.claim().run());
        switch (report) {
            case Report.Started started -> {
                entry.state = RunState.EXECUTING;
                entry.expires = null;
            }
            case Report.Noted noted -> {}
            case Report.Journaled journaled -> {}
            case Report.Ended ended -> entry.end(entry.cancelAsked ? RunState.CANCELED : ended.state());
            case Report.Retried retried -> {
                entry.resumed = false;
                later(entry, RunState.RETRYING, retried.dueAt(), now);
            }
            case Report.Waiting waiting -> {
                entry.resumed = true;
                Instant due = waiting.dueAt();
                later(entry, RunState.WAITING, due == null ? Instant.MAX : due, now);
            }
            case Report.Lingers lingers -> {
                entry.end(lingers.end().state()); // its time was over, whoever asked it to stop besides
                lingering.add(entry.id());
            }
            case Report.Left left -> left(entry.id());
            case Report.Released released -> entry.goOn(RunState.QUEUED);
        }
    }

    private static void later(Entry entry, RunState until, Instant due, Instant now) {
        entry.dueAt(due);
        entry.expires = null;
        entry.goOn(due.isAfter(now) ? until : RunState.QUEUED);
    }

    void left(RunId run) {
        lingering.remove(run);
    }

    void recovered(Collection<Store> dead) {
        for (Entry entry : runs.values()) {
            if (entry.holder != null && dead.contains(entry.holder)) {
                entry.goOn(RunState.QUEUED);
            }
        }
    }

    // ── time and requests

    void advanced(Instant now) {
        for (Entry entry : runs.values()) {
            boolean waits = entry.state == RunState.DELAYED
                    || entry.state == RunState.RETRYING
                    || entry.state == RunState.WAITING;
            if (waits && !entry.due.isAfter(now)) {
                entry.state = RunState.QUEUED;
            }
            if (!entry.isHeld() && !entry.state.isTerminal() && entry.isLate(now)) {
                entry.end(RunState.EXPIRED);
            }
        }
    }

    CancelAnswer cancel(RunId run) {
        Entry entry = of(run);
        if (entry.state.isTerminal()) {
            return CancelAnswer.NOT_FOUND;
        }
        if (entry.cancelAsked) {
            return CancelAnswer.CANCELLING;
        }
        if (entry.isHeld()) {
            entry.cancelAsked = true;
        } else {
            entry.end(RunState.CANCELED);
        }
        return CancelAnswer.OK;
    }

    RetryAnswer retry(RunId run, Instant now) {
        Entry entry = of(run);
        if (entry.state != RunState.FAILED && entry.state != RunState.RETRYING) {
            return RetryAnswer.NOT_FAILED;
        }
        entry.state = RunState.QUEUED;
        entry.resumed = false;
        entry.expires = null;
        entry.dueAt(now);
        return RetryAnswer.RETRIED;
    }

    RescheduleAnswer reschedule(RunId run, Instant due, Instant now) {
        Entry entry = of(run);
        if (entry.state != RunState.DELAYED) {
            return RescheduleAnswer.NOT_DELAYED;
        }
        entry.expires = null;
        entry.dueAt(due);
        entry.state = due.isAfter(now) ? RunState.DELAYED : RunState.QUEUED;
        return RescheduleAnswer.RESCHEDULED;
    }

    /** Those this node is to hear of that they are to stop. */
    Set<RunId> askedToStop(Store holder) {
        Set<RunId> asked = new HashSet<>();
        for (Entry entry : runs.values()) {
            if (entry.cancelAsked && holder.equals(entry.holder)) {
                asked.add(entry.id());
            }
        }
        return asked;
    }
}

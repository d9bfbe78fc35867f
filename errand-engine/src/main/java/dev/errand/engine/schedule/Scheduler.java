package dev.errand.engine.schedule;

import dev.errand.Json;
import dev.errand.NodeInfo;
import dev.errand.Overlap;
import dev.errand.QueueFullException;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunNotFoundException;
import dev.errand.StoreException;
import dev.errand.engine.task.Tasks;
import dev.errand.store.NewRun;
import dev.errand.store.ScheduleChange;
import dev.errand.store.ScheduleEntry;
import dev.errand.store.Store;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fires schedules that are due. Every node does so; none is in charge, and none has to be told that another has died.
 *
 * <p><b>Each firing is one run.</b> A schedule's row says what it fires next. Whoever finds it due reads it, thinks, and asks the store to
 * move the row on and store the run <em>in one commit, if the row is still what was read</em>: its version must be the same. Hence, whatever
 * happens:
 * <ul>
 *   <li>Two nodes at once: one commit finds the version, the other finds another, or the row locked, and stores nothing.
 *   <li>A node dies before its commit: the row is as it was, and due; another node fires, or this one when it is back.
 *   <li>It dies after: the row has moved on; nobody fires again.
 *   <li>The answer to the commit is lost: nothing is assumed. The row is read again, and is either still due or has moved on.
 *   <li>A node stalls after reading and wakes an hour later: its version is gone, and so is that of a schedule that was changed, paused,
 *       or deleted and made anew under the same key (its id differs).
 * </ul>
 * What is not in that commit may happen twice or for nothing, and does no harm: old runs are cancelled before it, so that none goes on
 * beside the new one.
 */
public final class Scheduler {
    private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);
    private static final int BATCH = 500;
    private static final int WIDEST = 4;
    /** A schedule that cannot fire (a newer version wrote it, perhaps, and this one does not understand it) is looked at again after that. */
    private static final Duration LATER = Duration.ofMinutes(5);

    /** What is asked of runs that a schedule has triggered. */
    public interface OpenRuns {
        boolean isOpen(RunId run);

        void cancel(RunId run, String reason);

        /** Calls once it has ended, on a thread that may wait. */
        void whenEnded(RunId run, Runnable action);

        Run<Json> handle(RunId run);
    }

    private final Store store;
    private final ScheduleCodec codec;
    private final ScheduledRuns runs;
    private final Tasks tasks;
    private final Clock clock;
    private final OpenRuns openRuns;
    private final Consumer<Instant> wake;
    private final Set<RunId> awaited = ConcurrentHashMap.newKeySet();
    private int blocked;

    /** @param wake hears when a schedule will be due that was not known to be */
    Scheduler(
            Store store,
            ScheduleCodec codec,
            ScheduledRuns runs,
            Tasks tasks,
            Clock clock,
            OpenRuns openRuns,
            Consumer<Instant> wake) {
        this.store = store;
        this.codec = codec;
        this.runs = runs;
        this.tasks = tasks;
        this.clock = clock;
        this.openRuns = openRuns;
        this.wake = wake;
    }

    /**
     * Fires what is due, a batch at most. One thread at a time.
     *
     * @return false if others are at it: whatever was due is best left to them for a moment
     */
    public boolean fire() {
        Instant now = clock.instant();
        List<ScheduleEntry> due = store.schedules().due(now, BATCH * (1 + blocked));
        if (due.isEmpty()) {
            return true;
        }
        List<Stored> waiting = new ArrayList<>();
        List<ScheduleChange> changes = new ArrayList<>();
        Served served = new Served();
        for (ScheduleEntry entry : due) {
            changes.add(change(entry, now, served, waiting));
        }
        Set<String> changed = store(due, changes, now);
        // What others hold may fill a batch: look past it.
        blocked = changed.isEmpty() ? Math.min(blocked + 1, WIDEST) : 0;
        waiting.stream().filter(each -> changed.contains(each.entry().id())).forEach(this::awaitOpen);
        return !changed.isEmpty();
    }

    private ScheduleChange change(ScheduleEntry entry, Instant now, Served served, List<Stored> waiting) {
        try {
            Stored stored = codec.read(entry);
            if (entry.declared() && !served.has(entry.task())) {
                LOG.atInfo()
                        .addKeyValue("schedule", entry.key())
                        .addKeyValue("task", entry.task())
                        .log("No node has the code of this schedule's task any more; it sleeps until one has");
                return new ScheduleChange(codec.entry(stored, stored.progress().asleep(), now), List.of());
            }
            return fire(stored, now, waiting);
        } catch (StoreException e) {
            throw e;
        } catch (RuntimeException e) {
            return unable(entry, now, e);
        }
    }

    /** In one commit; if one of them is refused (its queue is gone, perhaps), each in its own, so that it does not keep the others. */
    private Set<String> store(List<ScheduleEntry> due, List<ScheduleChange> changes, Instant now) {
        try {
            return store.schedules().change(changes);
        } catch (StoreException e) {
            throw e;
        } catch (RuntimeException e) {
            if (due.size() == 1) {
                return store.schedules().change(List.of(instead(due.getFirst(), now, e)));
            }
            Set<String> changed = new HashSet<>();
            for (int i = 0; i < due.size(); i++) {
                changed.addAll(store(due.subList(i, i + 1), changes.subList(i, i + 1), now));
            }
            return changed;
        }
    }

    /** Without its runs: where there is no room for them they are passed over, but for the last of all. */
    private ScheduleChange instead(ScheduleEntry entry, Instant now, RuntimeException e) {
        if (e instanceof QueueFullException) {
            Stored stored = codec.read(entry);
            Progress after = Decision.passedOver(stored.schedule(), stored.key(), stored.progress(), now);
            if (after.next() != null) {
                LOG.atWarn()
                        .addKeyValue("schedule", entry.key())
                        .addKeyValue("next", after.next())
                        .addKeyValue("reason", e.getMessage())
                        .log("A firing was passed over, since its queue is full");
                return new ScheduleChange(codec.entry(stored, after, now), List.of());
            }
        }
        return unable(entry, now, e);
    }

    private static ScheduleChange unable(ScheduleEntry entry, Instant now, RuntimeException e) {
        LOG.atError()
                .addKeyValue("schedule", entry.key())
                .setCause(e)
                .log("This schedule cannot fire; trying again in five minutes");
        return new ScheduleChange(postponed(entry, now.plus(LATER)), List.of());
    }

    private ScheduleChange fire(Stored stored, Instant now, List<Stored> waiting) {
        List<String> open = stored.progress().open();
        if (stored.schedule().overlap() != Overlap.ALLOW) {
            open = open.stream().filter(this::isOpen).toList();
        }
        Decision decision = Decision.of(stored.schedule(), stored.key(), stored.progress(), open, now);
        if (decision.cancelOld()) {
            open.forEach(run -> openRuns.cancel(RunId.of(run), "its schedule fired again"));
        }
        Progress after = decision.after();
        List<NewRun> fired = new ArrayList<>();
        Instant previous = stored.progress().previous();
        long left = Decision.left(stored.schedule(), stored.progress().fired());
        for (Instant time : decision.fire()) {
            left--;
            NewRun run = runs.run(
                    stored.entry(), stored.schedule(), stored.progress().since(), time, previous, left);
            fired.add(run);
            after = after.triggered(run.id(), stillOpen(stored, after));
            previous = time;
        }
        ScheduleEntry entry = codec.entry(stored, after, now);
        if (after.waiting() != null) {
            waiting.add(new Stored(entry, stored.schedule(), after));
        }
        return new ScheduleChange(entry, fired);
    }

    /** Where overlapping is allowed nobody asks which runs are open: the last will do, should that be changed. */
    private static List<String> stillOpen(Stored stored, Progress after) {
        return switch (stored.schedule().overlap()) {
            case ALLOW, CANCEL_OLD -> List.of();
            case SKIP, QUEUE_ONE -> after.open();
        };
    }

    private boolean isOpen(String run) {
        return openRuns.isOpen(RunId.of(run));
    }

    private static ScheduleEntry postponed(ScheduleEntry entry, Instant due) {
        return new ScheduleEntry(
                entry.id(),
                entry.key(),
                entry.task(),
                entry.declared(),
                entry.definition(),
                entry.progress(),
                due,
                entry.version());
    }

    // ── firings that wait for the end of a run

    private void awaitOpen(Stored stored) {
        for (String open : stored.progress().open()) {
            RunId run = RunId.of(open);
            if (awaited.add(run)) {
                try {
                    openRuns.whenEnded(run, () -> ended(run, stored.key()));
                } catch (RunNotFoundException e) {
                    ended(run, stored.key());
                }
            }
        }
    }

    private void ended(RunId run, String key) {
        awaited.remove(run);
        try {
            Instant now = clock.instant();
            Optional<ScheduleEntry> entry = store.schedules().find(key);
            if (entry.isPresent() && codec.read(entry.get()).progress().waiting() != null) {
                store.schedules().change(List.of(new ScheduleChange(postponed(entry.get(), now), List.of())));
                wake.accept(now);
            }
        } catch (RuntimeException e) { // it is looked at again in some seconds anyway
            LOG.atDebug().addKeyValue("schedule", key).setCause(e).log("A firing that waits could not be hastened");
        }
    }

    /** Which tasks have their code somewhere; asked at most once for a batch. */
    private final class Served {
        private @Nullable Set<String> elsewhere;

        boolean has(String task) {
            if (tasks.find(task) != null) {
                return true;
            }
            if (elsewhere == null) {
                elsewhere = store.knownNodes().stream()
                        .filter(node -> node.concurrency() > 0)
                        .map(NodeInfo::tasks)
                        .flatMap(List::stream)
                        .collect(Collectors.toSet());
            }
            return elsewhere.contains(task);
        }
    }
}

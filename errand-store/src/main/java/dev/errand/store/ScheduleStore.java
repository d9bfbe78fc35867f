package dev.errand.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where schedules are kept. What they mean is the engine's business; the store promises that a schedule changes and its runs are stored in
 * one commit, and only if it is as whoever changes it has seen it. {@link Store#advance} tells when the next is due.
 *
 * <p>Of two that change a schedule at the same time, one does, and the other is told that it has not. Whoever does not know what became
 * of a change (the answer was lost) reads the schedule again: either its version is another by now, or nothing has happened.
 */
public interface ScheduleStore {
    /**
     * Stores a new schedule.
     *
     * @return whether it was; not if there is one with its key
     */
    boolean add(ScheduleEntry entry);

    /**
     * Changes schedules, each in one commit with the runs it triggers; those that are not of the version given any more, are deleted, or
     * are being changed just now stay as they are, and none of their runs is stored. Where runs do not wait for a limit this may wait for
     * transactions of users', as {@link Store#enqueue(List)} does.
     *
     * @return the ids of those that were changed: also without those that a full queue refuses, where others were
     * @throws dev.errand.QueueFullException if none was changed, and a queue takes no more of the runs of one of them
     */
    Set<String> change(List<ScheduleChange> changes);

    /** Deletes a schedule by its id, and answers whether it was there. */
    boolean remove(String id);

    /** A schedule by its key or id. */
    Optional<ScheduleEntry> find(String key);

    /**
     * Schedules by key.
     *
     * @param task only those of the task with this id; null for all
     * @param after those whose key comes after this one; empty for the first
     * @param skip how many of these to leave out first
     */
    List<ScheduleEntry> list(@Nullable String task, String after, long skip, int limit);

    /**
     * How many there are.
     *
     * @param task only those of the task with this id; null for all
     */
    long count(@Nullable String task);

    /** All that stand in tasks' code. */
    List<ScheduleEntry> declared();

    /** Those that are due by then, in order of their due times. */
    List<ScheduleEntry> due(Instant by, int limit);
}

package dev.errand;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The schedules of a store. Each has a key, which its maker chose: putting a schedule under a key that is taken changes the one that is
 * there. Any thread may call it; whatever node is alive fires.
 *
 * <pre>{@code
 * errand.schedules().put("reminder-17", "remind", Schedule.every(Duration.ofDays(1)).payload(new Customer(17)));
 * }</pre>
 *
 * <p>Each firing triggers one run, however many nodes there are and whatever dies meanwhile. Its runs carry the tag {@code schedule:} and
 * the key. A key given to the methods below may also be a schedule's id.
 */
public interface Schedules {
    /**
     * Makes a schedule, or changes the one with this key: what it has fired stays counted, and as long as its times stay the same, so
     * does the next.
     *
     * @param key see {@link #checkKey}
     * @throws TaskNotFoundException if no node ever declared this task
     * @throws InvalidPayloadException if what its runs would get does not fit the task's type
     * @throws QueueNotFoundException if nobody declared the queue of its runs
     * @throws IllegalArgumentException if it would never fire, or the one with this key stands in a task's code
     */
    ScheduleInfo put(String key, Task<?, ?> task, Schedule schedule);

    /** As {@link #put(String, Task, Schedule)}, for a task known by its id or alias. */
    ScheduleInfo put(String key, String task, Schedule schedule);

    /**
     * Changes one that is there, and nothing else: one that is deleted meanwhile stays deleted. What others change at the same time is not lost,
     * since the new rule is made of what is there by then.
     *
     * @param task of which it triggers runs from now on, by its id or alias
     * @param rule makes the new rule of the one that is there, whose payload is {@link Json}; asked again if others were faster. What it throws
     *     is thrown, and nothing changed
     * @return empty if there is none
     * @throws TaskNotFoundException and the like, as {@link #put(String, Task, Schedule)}
     */
    Optional<ScheduleInfo> change(String key, String task, UnaryOperator<Schedule> rule);

    /**
     * Refuses what no schedule can have as its key: a key has 1 to 100 characters, not all of them blank and none a control character, and does not
     * look like an id.
     *
     * @throws IllegalArgumentException if it is none
     */
    static void checkKey(String key) {
        ScheduleKey.check(key);
    }

    Optional<ScheduleInfo> find(String key);

    /**
     * As {@link #find}, for one that must be there.
     *
     * @throws ScheduleNotFoundException if there is none; the message says which may have been meant
     */
    ScheduleInfo get(String key);

    Page<ScheduleInfo> list(ScheduleQuery query);

    /** How many schedules a query is about, on all pages together. */
    long count(ScheduleQuery query);

    /**
     * Stops it from firing until {@link #resume}; nothing if it is paused. A pause of one that stands in code outlives deployments.
     */
    ScheduleInfo pause(String key);

    /** Lets it fire again, from now on; nothing unless it is paused. */
    ScheduleInfo resume(String key);

    /**
     * Deletes it; runs it has triggered stay.
     *
     * @return whether there was one
     * @throws IllegalArgumentException if it stands in a task's code
     */
    boolean delete(String key);

    /** Triggers a run now, whatever its state. It does not count as a firing, and changes no later one. */
    Run<Json> run(String key);

    /**
     * When it fires next, its place in the window included.
     *
     * @param count at most so many, from 1 to 1,000
     * @return none unless it is active
     */
    List<Instant> next(String key, int count);

    /**
     * Passes its next firings over.
     *
     * @param count how many, from 1 to 1,000
     */
    ScheduleInfo skip(String key, int count);
}

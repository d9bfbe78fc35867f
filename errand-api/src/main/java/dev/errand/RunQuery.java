package dev.errand;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which runs to list, newest first. Filters of one kind are joined by or, different kinds by and; an empty filter lets all pass.
 * Unknown names give an empty list. Immutable; each method returns a changed copy.
 *
 * @param tasks task ids, ignoring case
 * @param names run names, exactly
 * @param tags tags, exactly; one of them suffices
 * @param createdFrom not triggered before
 * @param createdUntil triggered before
 * @param active only the active view: runs that have not ended, ended within the last 60 s, or FAILED with attempts left
 * @param limit runs on a page, from 1 to 1000
 * @param cursor where the page before ended; null for the first
 */
public record RunQuery(
        List<RunId> ids,
        List<String> tasks,
        List<String> names,
        Set<RunState> states,
        List<String> tags,
        @Nullable Instant createdFrom,
        @Nullable Instant createdUntil,
        boolean active,
        int limit,
        @Nullable String cursor) {

    private static final RunQuery ALL =
            new RunQuery(List.of(), List.of(), List.of(), Set.of(), List.of(), null, null, false, 100, null);

    public RunQuery {
        ids = List.copyOf(ids);
        tasks = List.copyOf(tasks);
        names = List.copyOf(names);
        states = Set.copyOf(states);
        tags = List.copyOf(tags);
        if (limit < 1 || limit > 1000) {
            throw new IllegalArgumentException("limit is " + limit + "; a page has 1 to 1000 runs");
        }
    }

    /** All runs in the store, a hundred to a page. */
    public static RunQuery all() {
        return ALL;
    }

    public RunQuery ids(RunId... ids) {
        return new RunQuery(List.of(ids), tasks, names, states, tags, createdFrom, createdUntil, active, limit, cursor);
    }

    public RunQuery tasks(String... tasks) {
        return new RunQuery(ids, List.of(tasks), names, states, tags, createdFrom, createdUntil, active, limit, cursor);
    }

    public RunQuery names(String... names) {
        return new RunQuery(ids, tasks, List.of(names), states, tags, createdFrom, createdUntil, active, limit, cursor);
    }

    public RunQuery states(RunState... states) {
        return new RunQuery(ids, tasks, names, Set.of(states), tags, createdFrom, createdUntil, active, limit, cursor);
    }

    public RunQuery tags(String... tags) {
        return new RunQuery(ids, tasks, names, states, List.of(tags), createdFrom, createdUntil, active, limit, cursor);
    }

    public RunQuery createdFrom(Instant instant) {
        return new RunQuery(ids, tasks, names, states, tags, instant, createdUntil, active, limit, cursor);
    }

    public RunQuery createdUntil(Instant instant) {
        return new RunQuery(ids, tasks, names, states, tags, createdFrom, instant, active, limit, cursor);
    }

    /** Only what is going on now. */
    public RunQuery onlyActive() {
        return new RunQuery(ids, tasks, names, states, tags, createdFrom, createdUntil, true, limit, cursor);
    }

    public RunQuery limit(int limit) {
        return new RunQuery(ids, tasks, names, states, tags, createdFrom, createdUntil, active, limit, cursor);
    }

    /** The page after the one that gave this cursor. */
    public RunQuery after(String cursor) {
        return new RunQuery(ids, tasks, names, states, tags, createdFrom, createdUntil, active, limit, cursor);
    }
}

package dev.errand;

import org.jspecify.annotations.Nullable;

/**
 * Which schedules to list, by key. Immutable; each method returns a changed copy.
 *
 * @param task only those of this task, ignoring case; null for all
 * @param limit schedules on a page, from 1 to 1000
 * @param cursor where the page before ended; null for the first
 */
public record ScheduleQuery(
        @Nullable String task, int limit, @Nullable String cursor) {
    private static final ScheduleQuery ALL = new ScheduleQuery(null, 100, null);

    public ScheduleQuery {
        if (limit < 1 || limit > 1000) {
            throw new IllegalArgumentException("limit is " + limit + "; a page has 1 to 1000 schedules");
        }
    }

    /** All schedules in the store, a hundred to a page. */
    public static ScheduleQuery all() {
        return ALL;
    }

    public ScheduleQuery task(String task) {
        return new ScheduleQuery(task, limit, cursor);
    }

    public ScheduleQuery limit(int limit) {
        return new ScheduleQuery(task, limit, cursor);
    }

    /** The page after the one that gave this cursor. */
    public ScheduleQuery after(String cursor) {
        return new ScheduleQuery(task, limit, cursor);
    }
}

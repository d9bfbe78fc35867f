package dev.errand;

import org.jspecify.annotations.Nullable;

/**
 * Which schedules to list, by key. Immutable; each method returns a changed copy.
 *
 * @param task only those of this task, ignoring case; null for all
 * @param limit schedules on a page, from 1 to 1000
 * @param cursor where the page before ended; null for the first
 * @param skip how many to leave out before the first on the page, for pages that have numbers; 0 for none
 */
public record ScheduleQuery(
        @Nullable String task, int limit, @Nullable String cursor, long skip) {
    private static final ScheduleQuery ALL = new ScheduleQuery(null, 100, null, 0);

    public ScheduleQuery {
        if (limit < 1 || limit > 1000) {
            throw new IllegalArgumentException("limit is " + limit + "; a page has 1 to 1000 schedules");
        }
        if (skip < 0) {
            throw new IllegalArgumentException("skip is " + skip + "; it must be 0 or more");
        }
    }

    /** All schedules in the store, a hundred to a page. */
    public static ScheduleQuery all() {
        return ALL;
    }

    public ScheduleQuery task(String task) {
        return new ScheduleQuery(task, limit, cursor, skip);
    }

    public ScheduleQuery limit(int limit) {
        return new ScheduleQuery(task, limit, cursor, skip);
    }

    /** The page after the one that gave this cursor. Whatever that one left out lies behind. */
    public ScheduleQuery after(String cursor) {
        return new ScheduleQuery(task, limit, cursor, 0);
    }

    public ScheduleQuery skip(long schedules) {
        return new ScheduleQuery(task, limit, cursor, schedules);
    }
}

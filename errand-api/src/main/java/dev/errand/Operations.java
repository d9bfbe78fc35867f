package dev.errand;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What operators do to many runs at a time, and what is kept of who changed what. Any thread may call it. */
public interface Operations {
    /** Who changed what over HTTP, and when. */
    AuditLog audit();

    /** Requests about all runs that a filter finds. */
    BulkActions bulk();

    /**
     * How many runs ended in each minute, and how long they took: of those that engines have brought to an end, as far as they have kept it, which they
     * do a minute after it is over at the latest. A process that is killed takes its last minute or two with it. What is kept is kept for a week.
     *
     * @param from the minute it lies in is the first
     * @param until before this; a day after it at most
     * @param task the task's id, ignoring case; null for all
     * @return by minute, task and state; where nothing has ended there is nothing
     * @throws IllegalArgumentException for more than a day
     */
    List<MinuteStatistics> statistics(Instant from, Instant until, @Nullable String task);
}

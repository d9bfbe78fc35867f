package dev.errand;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Requests about all runs that a filter finds. They are carried out by an engine on the store, page by page, newest runs first, and go on wherever
 * one is if that one dies; to each run it is done once. What they have come to is kept for as long as the {@linkplain AuditLog#KEPT audit log} is. Any
 * thread may call it.
 */
public interface BulkActions {
    /** How many runs may be named by their ids. */
    int MOST_IDS = 500;

    /**
     * Begins one. It is in the store when this returns, and under way.
     *
     * @param filter which runs; its limit, cursor and order say nothing here. What is triggered from now on is not among them
     * @param name for people, up to 128 characters; null for none
     * @throws IllegalArgumentException for another name, or a filter with more than {@value #MOST_IDS} ids
     * @throws StoreException if the store could not be reached; it may or may not have begun
     */
    BulkAction begin(BulkKind kind, RunQuery filter, @Nullable String name);

    /** Empty if there is none, or none any more. */
    Optional<BulkAction> find(String id);

    /**
     * All of them, newest first.
     *
     * @param cursor where the page before ended; null for the first
     * @param limit on a page, from 1 to 1000
     */
    Page<BulkAction> list(@Nullable String cursor, int limit);

    /**
     * Breaks one off: at most the runs of the page it is at are still dealt with. One that has ended stays as it is.
     *
     * @return whether there is such a one
     */
    boolean abort(String id);
}

package dev.errand;

/** What operators do to many runs at a time, and what is kept of who changed what. Any thread may call it. */
public interface Operations {
    /** Who changed what over HTTP, and when. */
    AuditLog audit();

    /** Requests about all runs that a filter finds. */
    BulkActions bulk();
}

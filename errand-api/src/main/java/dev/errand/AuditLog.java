package dev.errand;

import java.time.Duration;

/** Who changed what, as servers on the store have noted it. Any thread may call it. */
public interface AuditLog {
    /** How long an entry is kept. */
    Duration KEPT = Duration.ofDays(90);

    /**
     * Notes a change. One whose id is in it already is left as it is.
     *
     * @throws StoreException if the store cannot be reached; it may or may not be in it
     */
    void note(AuditEntry entry);

    /**
     * Entries, newest first.
     *
     * @throws StoreException if the store cannot be reached
     */
    Page<AuditEntry> list(AuditQuery query);
}

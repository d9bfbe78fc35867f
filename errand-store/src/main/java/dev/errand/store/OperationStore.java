package dev.errand.store;

import dev.errand.AuditEntry;
import dev.errand.AuditQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Who changed what, and requests about many runs. What is sent twice changes nothing. */
public interface OperationStore {
    /** Stores an entry; one whose id is stored already is left as it is. */
    void note(AuditEntry entry);

    /** Newest first, as many as the query's limit says. */
    List<AuditEntry> audit(AuditQuery query);

    /** Stores a new bulk action; one whose id is stored already is left as it is. */
    void begin(BulkEntry action);

    Optional<BulkEntry> bulkAction(String id);

    /**
     * Newest first.
     *
     * @param before the id of the one before the first of them; empty for the newest
     */
    List<BulkEntry> bulkActions(String before, int limit);

    /**
     * Takes the oldest that is under way and that nobody has taken, or not for so long that its time is over by the store's clock.
     *
     * @param holder by which whoever takes it is told from others; what it holds it is given again
     * @param lease how long nobody else takes it
     */
    Optional<BulkEntry> take(String holder, Duration lease);

    /**
     * Keeps how far one has come, and holds it for so long again.
     *
     * @return false if another has taken it, or it has ended; then nothing was written
     */
    boolean save(BulkEntry action, String holder, Duration lease);

    /** Lets others take what this holder has taken. */
    void release(String holder);

    /** Ends one that is under way, by the store's clock. Answers whether there is one of that id. */
    boolean abort(String id);

    /** Keeps a part of a minute's statistics; one that is kept already is left as it is. */
    void keepStatistics(String part, Instant minute, String text);

    /** Tells all parts of minutes from one to before another, in order. */
    void statistics(Instant from, Instant until, BiConsumer<Instant, String> each);

    /** Deletes what is kept of minutes before that. */
    void forgetStatistics(Instant before);

    /**
     * Deletes entries, and actions that have ended, which are older.
     *
     * @param limit how many entries at most
     * @return how many entries were deleted
     */
    int prune(Instant before, int limit);
}

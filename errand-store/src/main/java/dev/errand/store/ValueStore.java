package dev.errand.store;

import dev.errand.ValueInfo;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Durable values, each under a name, and who waits for them to change. */
public interface ValueStore {
    /** The value as it was last committed; empty if there is none. */
    Optional<ValueInfo> find(String name);

    /** Those of the names that have a value, in no order; all as of one moment. */
    List<ValueInfo> find(List<String> names);

    /**
     * Sets a value unless somebody else has since, and has those go on that wait for it to change.
     *
     * @param version which one it takes the place of; 0 if there is to be none yet
     * @param json in UTF-8; null to remove it
     * @return what it is now, of version 0 if it was removed; empty if the version is another one, and nothing was written
     * @throws dev.errand.StoreException if the store could not be reached; the value may or may not have been set. Also if a transaction
     *     of somebody else's that has the value stays open for long, or the thread is interrupted while it is: nothing was set
     */
    Optional<ValueInfo> set(String name, long version, byte @Nullable [] json);

    /**
     * As {@link #find(String)}, within a caller's transaction, until whose end nobody else sets the value, whether there is one or not.
     * Others read what it was before meanwhile, and wait with setting it. Each name takes room in the database's server until then: at most
     * some hundreds in a transaction.
     *
     * @param connection with auto-commit off
     * @throws IllegalArgumentException if it leads to another database than the store's
     * @throws SQLException also if the transaction sees the database as it was before somebody set the value; it is to be made again
     */
    Optional<ValueInfo> lock(Connection connection, String name) throws SQLException;

    /**
     * Sets a value within a caller's transaction: it is that, and those who wait for it go on, from its commit on, or never. It waits for
     * nobody but who sets the same value, and locks nothing else that others need. As many names in a transaction as of {@link #lock}.
     *
     * @param json in UTF-8; null to remove it
     * @return what it is from the commit on
     * @throws IllegalArgumentException if the connection leads to another database than the store's
     * @throws SQLException as {@link #lock}
     */
    ValueInfo set(Connection connection, String name, byte @Nullable [] json) throws SQLException;

    /** Those that have a value, by name, after one; at most so many. */
    List<ValueInfo> list(String after, int limit);

    /** All that have a value whose name is one of these, then a colon, then whatever; in no order, and as of one moment. */
    List<ValueInfo> findUnder(List<String> names);

    /** For which of these a run waits to change, in no order; another may begin to, or wait no more, while this answers. */
    List<String> awaited(List<String> names);
}

package dev.errand.bench;

import java.sql.SQLException;

/** Where empty stores of one kind come from, to be measured and thrown away. */
public interface Stores extends AutoCloseable {
    /** The name and version of the database. */
    String version() throws SQLException;

    /** The URL of a store that nobody has used. */
    String fresh();

    /** Deletes all stores given out so far; nobody may have them open. */
    void clear();

    /** How many runs of ten steps, a thousand at a time, are to be drained in a second from a store of this kind. */
    int stepsGoal();

    /**
     * How many transactions a store has had so far, as its database counts them: of SQLite those that wrote, of PostgreSQL all.
     *
     * @param url as {@link #fresh} gave it; no engine of this process may have it open
     */
    long transactions(String url);

    /**
     * From now on nothing is written to the event log of a store, which nobody notices who does not read it: to measure what that costs.
     *
     * @param url as {@link #fresh} gave it; an engine has made its tables, and none has it open
     */
    void keepNoEvents(String url);

    /** Leaves nothing behind. */
    @Override
    void close();

    /**
     * SQLite files in a folder of their own beside a store, which is never touched.
     *
     * @throws IllegalArgumentException if the URL names no SQLite file, or its disk has less room than is needed
     */
    static Stores sqlite(String besideUrl, long bytesNeeded) {
        return new SqliteStores(Arena.beside(besideUrl, bytesNeeded));
    }
}

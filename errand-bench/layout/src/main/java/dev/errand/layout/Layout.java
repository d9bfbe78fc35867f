package dev.errand.layout;

import java.sql.SQLException;
import java.util.List;

/**
 * One way to keep runs in tables, as far as their trip needs it. An instance belongs to one connection of one node, and remembers what
 * such a node would: where it last found something to claim. Nothing here commits.
 */
interface Layout {
    /** So many new runs go with one statement, more with COPY. */
    int FEW = 64;

    /**
     * Stores new runs, and the events that tell of them. With {@link #FEW} or less it is one statement.
     *
     * @param runs in the order of their ids
     */
    void enqueue(List<NewRun> runs, Events events) throws SQLException;

    /** Claims about so many runs for this node, with what their bodies need, in the order they may start. */
    List<HeldRun> claim(int wanted) throws SQLException;

    /**
     * Ends runs that this node has claimed.
     *
     * @param at in microseconds; they started at that instant, too
     * @throws IllegalStateException if one was not under its claim any more: nobody takes claims away here
     */
    void end(List<HeldRun> runs, long at) throws SQLException;
}

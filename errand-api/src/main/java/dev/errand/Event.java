package dev.errand;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a run, or that somebody raised, told after it was committed. The events of one run come in order.
 *
 * @param position its place in the log; grows within a store
 * @param name {@code run.state} for a change of state, {@code run.noted} when its log, progress, metadata, emitted items or tags
 *     changed, otherwise what was raised
 * @param run {@link RunId#NONE} if it was raised by {@link Errand#raise}, outside of any run
 * @param task the task's id; empty likewise
 * @param runName null if the run has no name
 * @param attempt the attempt it belongs to, from 1; 0 before the first
 * @param node the number of the node that wrote it
 * @param from the state before; null if the name is not {@code run.state}, or the run is new
 * @param to the state after; null if the name is not {@code run.state}
 * @param data what was raised with it; null otherwise
 */
public record Event(
        long position,
        String name,
        Instant at,
        RunId run,
        String task,
        @Nullable String runName,
        int attempt,
        long node,
        @Nullable RunState from,
        @Nullable RunState to,
        @Nullable Json data) {

    /** The name of events that tell a change of state. */
    public static final String STATE = "run.state";

    /** The name of events that tell of new lines, items, progress, metadata or tags, to be read from the run. */
    public static final String NOTED = "run.noted";

    /** Whether it was raised by {@link Errand#raise}: then it tells of no run, and has no task and no attempt. */
    public boolean isOutside() {
        return run.equals(RunId.NONE);
    }

    /** Whether this tells that the run has ended. */
    public boolean isEnd() {
        return to != null && to.isTerminal();
    }
}

package dev.errand;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A lock that somebody holds.
 *
 * @param node the number of the holder's node, see {@link NodeInfo#number()}
 * @param run whose body holds it; null for code outside of bodies
 * @param attempt the run's attempt; 0 outside of bodies
 * @param askedAt when the holder asked for it
 * @param waiting how many nodes wait for it; of a node's threads only the first stands in the line
 */
public record LockInfo(String name, long node, @Nullable RunId run, int attempt, Instant askedAt, int waiting) {
    /** The holder in words. */
    public String holder() {
        return run == null ? "code on node " + node : run + " (attempt " + attempt + ") on node " + node;
    }
}

package dev.errand.store;

import java.util.Set;

/**
 * @param max how many runs at most, at least 1
 * @param slots how many this node executes at a time: it is given no more permits of a limit than it could use
 * @param tasks the ids whose code this node has, aliases included. The same set while it does not change, which lets a store keep
 *     what it derived from it
 * @param queues the queues it works on, by their names in lower case: no others, and nothing that is in none; empty for all of them
 */
public record ClaimRequest(int max, int slots, Set<String> tasks, Set<String> queues) {
    /** For a node that could execute all of them at once. */
    public ClaimRequest(int max, Set<String> tasks) {
        this(max, max, tasks, Set.of());
    }

    /** The same for fewer runs. */
    public ClaimRequest atMost(int fewer) {
        return new ClaimRequest(fewer, slots, tasks, queues);
    }
}

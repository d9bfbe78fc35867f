package dev.errand.store;

import java.util.Set;

/**
 * @param max how many runs at most, at least 1
 * @param tasks the ids whose code this node has, aliases included. The same set while it does not change, which lets a store keep
 *     what it derived from it
 */
public record ClaimRequest(int max, Set<String> tasks) {}

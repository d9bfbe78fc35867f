package dev.errand.store;

/**
 * A place in a lock's line.
 *
 * @param number the request's
 * @param first whether it holds the lock
 */
public record LockPlace(String name, long number, boolean first) {}

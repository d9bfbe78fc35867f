package dev.errand.store;

/**
 * Runs of one queue and key that were claimed ahead of what its limits allow to execute: this node starts so many of them at a time.
 *
 * @param id unique for ever
 * @param permits how many may execute at a time, at least 1
 */
public record Share(long id, int permits) {}

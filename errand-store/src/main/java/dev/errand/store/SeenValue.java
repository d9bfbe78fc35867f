package dev.errand.store;

/**
 * A value as somebody has read it who waits for it to be another.
 *
 * @param version 0 if there was none
 */
public record SeenValue(String name, long version) {}

package dev.errand;

/**
 * What a body emitted by one call of {@link RunContext#emit}.
 *
 * @param position its place among all that its run has emitted, growing; pass it to {@link Run#emitted(long)} to read on from here
 * @param attempt the attempt that emitted it, from 1
 */
public record EmittedItem(long position, int attempt, Json item) {}

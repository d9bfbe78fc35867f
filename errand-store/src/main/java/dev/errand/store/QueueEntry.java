package dev.errand.store;

import dev.errand.Limits;

/** A queue as it is declared. */
public record QueueEntry(String name, Limits limits) {}

package dev.errand.store;

import dev.errand.RunId;
import org.jspecify.annotations.Nullable;

/**
 * @param name the lock's
 * @param number given by the node, which gives each but once
 * @param run for whose body; null for code outside of bodies
 * @param attempt the run's; 0 outside of bodies
 */
public record LockRequest(
        String name, long number, @Nullable RunId run, int attempt) {}

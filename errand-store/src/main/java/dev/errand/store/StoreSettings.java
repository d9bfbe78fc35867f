package dev.errand.store;

import java.time.Clock;

/**
 * @param clock decides everything that is stored, where the store has no clock of its own
 */
public record StoreSettings(String url, Clock clock) {}

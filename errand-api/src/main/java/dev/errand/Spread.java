package dev.errand;

import java.time.Duration;

/**
 * How long something took, of many; each to about six percent.
 *
 * @param p50 half took no longer
 * @param p95 95 of a hundred took no longer
 * @param p99 99 of a hundred took no longer
 */
public record Spread(Duration p50, Duration p95, Duration p99) {}

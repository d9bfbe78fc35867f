package dev.errand;

import java.time.Instant;
import org.slf4j.event.Level;

/**
 * A line of a run's log.
 *
 * @param position its place in the run's log, growing; pass it to {@link Run#log(long)} to read on from here
 * @param attempt the attempt that wrote it, from 1
 */
public record LogLine(long position, Instant at, int attempt, Level level, String message) {}

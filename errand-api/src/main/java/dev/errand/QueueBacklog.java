package dev.errand;

import java.time.Instant;

/**
 * What waits in a queue at a moment: runs that could start if there were a slot, a permit and a node for them.
 *
 * @param queue its name; {@code task/} and an id for the line that a task has for itself
 * @param waiting how many, counted up to some 10,000 of each task; of those that came together some may have ended already
 * @param since since when the oldest of them might have started
 */
public record QueueBacklog(String queue, long waiting, Instant since) {}

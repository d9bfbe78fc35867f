package dev.errand;

import java.time.Instant;

/**
 * The runs of a task that engines have brought to an end in one minute, in one way. Those that ended without an attempt's end, cancelled or
 * expired while they waited, are not among them.
 *
 * @param minute its beginning
 * @param task the task's id; empty for all those together that were too many to be counted by themselves
 * @param state in which they ended
 * @param count how many
 * @param waited from when they might start last until their body did, of those whose body did
 * @param ran from then until they ended
 */
public record MinuteStatistics(Instant minute, String task, RunState state, long count, Spread waited, Spread ran) {}

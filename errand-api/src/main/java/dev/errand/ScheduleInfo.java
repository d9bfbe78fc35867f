package dev.errand;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as the store saw it at one moment.
 *
 * @param id made by the store; a schedule that is deleted and made again has another
 * @param key its maker's name for it, unique in a store
 * @param task the id of the task of which it triggers runs
 * @param declared whether it stands in a task's code
 * @param schedule the rule; its payload, if it has one, is {@link Json} here
 * @param next when it fires next, its place in the window included; null unless ACTIVE
 * @param previous for when it fired last; null if it never did
 * @param firings how often it has fired; runs that were triggered by hand do not count
 * @param lastRun the run it triggered last; null for none
 */
public record ScheduleInfo(
        String id,
        String key,
        String task,
        boolean declared,
        ScheduleState state,
        Schedule schedule,
        @Nullable Instant next,
        @Nullable Instant previous,
        long firings,
        @Nullable RunId lastRun,
        Instant createdAt) {}

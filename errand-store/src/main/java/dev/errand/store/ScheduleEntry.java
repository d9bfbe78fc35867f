package dev.errand.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as stored.
 *
 * @param id unique for ever
 * @param key unique in the store
 * @param task the id of the task of which it triggers runs
 * @param declared whether it stands in a task's code
 * @param definition its rule as a JSON object, in the engine's words
 * @param progress how far it has come as a JSON object, likewise
 * @param due when it is to be looked at next; null for never
 * @param version grows with each change; 0 for one that is not stored yet
 */
public record ScheduleEntry(
        String id,
        String key,
        String task,
        boolean declared,
        String definition,
        String progress,
        @Nullable Instant due,
        long version) {}

package dev.errand.store;

import java.time.Instant;
import java.util.List;

/**
 * A task's definition as stored.
 *
 * @param id as registered; unique ignoring case
 * @param aliases former ids
 * @param definition its options as a JSON object, in the engine's words
 * @param declaredAt when it was last declared
 */
public record TaskEntry(String id, List<String> aliases, String definition, Instant declaredAt) {}

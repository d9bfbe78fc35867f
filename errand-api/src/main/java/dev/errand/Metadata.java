package dev.errand;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run's notes: a JSON object that outlives the attempt. Changes show outside within a fraction of a second. What others change meanwhile is kept beside the
 * body's changes, see {@link Run#editMetadata}, and seen by it in its next attempt. Thread-safe.
 */
public interface Metadata {
    /** All of it, as a copy. */
    Map<String, Object> all();

    @Nullable
    Object get(String key);

    /** Sets a key to anything that can be written as JSON; null removes it. */
    Metadata set(String key, @Nullable Object value);

    /** Adds to a number; one that is missing counts as 0. */
    Metadata increment(String key, double by);

    /** Adds to the end of a list; one that is missing counts as empty. */
    Metadata append(String key, Object value);
}

package dev.errand;

import java.time.Instant;

/**
 * A value that a run's body has published, as it is now.
 *
 * @param publishedAt when it was last, by the store's clock
 */
public record PublishedValue(String name, Json value, Instant publishedAt) {
    /** How many names a run may publish values under. */
    public static final int MOST = 100;

    /** How many bytes all of a run's values may have together, as JSON in UTF-8. */
    public static final int MOST_BYTES = 256 * 1024;
}

package dev.errand;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a webhook target fares.
 *
 * @param disabledAt null while it is told of events
 * @param disabledFor why, in words; null likewise
 * @param failingSince since when every attempt has failed; null if the last has not
 * @param lastFailure what the last of those that failed met, in words; null if none did
 * @param lastDeliveredAt to the minute; null for never
 */
public record WebhookHealth(
        @Nullable Instant disabledAt,
        @Nullable String disabledFor,
        @Nullable Instant failingSince,
        @Nullable String lastFailure,
        @Nullable Instant lastDeliveredAt) {
    /** Of one that is new. */
    public static final WebhookHealth NEW = new WebhookHealth(null, null, null, null, null);
}

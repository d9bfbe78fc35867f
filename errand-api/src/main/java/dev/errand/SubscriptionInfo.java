package dev.errand;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A durable subscription, as the store has it.
 *
 * @param node the number of the node it was last given to; null if that gave it back. It may have died since
 * @param acknowledged how many events its listeners were called for, those included that were passed over after the last attempt
 * @param acknowledgedAt when the last of these was acknowledged; null if none was
 * @param missed how many events the log had lost before they were handed over, of which it was told
 * @param failures how many calls threw something
 * @param lastFailure what the last of these threw; null if none did
 */
public record SubscriptionInfo(
        String name,
        Instant createdAt,
        @Nullable Long node,
        long acknowledged,
        @Nullable Instant acknowledgedAt,
        long missed,
        long failures,
        @Nullable Failure lastFailure) {}

package dev.errand;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A token as the store knows it.
 *
 * @param name as whoever created it named it
 * @param run by whose body it was created; null for none
 * @param tags up to 10
 * @param idempotencyKey under which it was created; null for none
 * @param idempotencyKeyUntil when another may be created under that; null for none
 * @param timeoutAt when it is TIMED_OUT unless it was completed
 * @param endedAt when it was completed, or its time passed; null while it is PENDING
 * @param value null unless COMPLETED
 * @param error null unless FAILED
 */
public record TokenInfo(
        TokenId id,
        String name,
        @Nullable RunId run,
        List<String> tags,
        @Nullable String idempotencyKey,
        @Nullable Instant idempotencyKeyUntil,
        Instant createdAt,
        Instant timeoutAt,
        TokenState state,
        @Nullable Instant endedAt,
        @Nullable Json value,
        @Nullable String error) {
    public TokenInfo {
        tags = List.copyOf(tags);
    }
}

package dev.errand;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A webhook as it is. A server takes its deliveries at {@code /webhooks/} and its id.
 *
 * @param id unique for ever: {@code webhook_} and 26 letters and digits, which nobody guesses
 * @param name for people
 * @param task whose runs it triggers
 * @param tolerance how far the time at which a delivery was sent may be from ours
 * @param filter as that of {@link WebhookOptions}
 * @param handshake likewise
 * @param disabledAt since when it takes no deliveries; null if it does
 */
public record WebhookInfo(
        String id,
        String name,
        String task,
        Duration tolerance,
        Map<String, List<String>> filter,
        @Nullable String handshake,
        Instant createdAt,
        @Nullable Instant disabledAt) {
    public WebhookInfo {
        filter = Map.copyOf(filter);
    }

    /** Whether it takes deliveries. */
    public boolean takesDeliveries() {
        return disabledAt == null;
    }
}
